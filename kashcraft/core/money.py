"""Amounts of money, and the only three functions that round or divide them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Self

from babel.numbers import UnknownCurrencyError, get_currency_precision, list_currencies, validate_currency

# Upper limit of an amount in minor units: far enough below 64 bits that all sums fit.
LARGEST_MINOR = 10**12
# Other codes that begin with X are not currencies, but metals and tests.
_MONEY_WITH_X = {"XAF", "XCD", "XCG", "XOF", "XPF"}
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,9})?", re.ASCII)


class CurrencyMismatch(ValueError):
    """Amounts of different currencies were added or compared."""


def is_currency(code: str) -> bool:
    """Return whether ``code`` is the ISO 4217 code of a currency in use."""
    return code in list_currencies() and (not code.startswith("X") or code in _MONEY_WITH_X)


@lru_cache(maxsize=256)
def decimal_places(currency: str) -> int:
    """Return the decimal places of a currency (JPY 0, USD 2, KWD 3). Raises ValueError if unknown."""
    try:
        validate_currency(currency)
    except UnknownCurrencyError:
        raise ValueError(f"unknown currency: {currency!r}") from None
    return get_currency_precision(currency)


def hundredth(currency: str) -> int:
    """Return the minor units of a hundredth of the main unit (KWD 10, USD 1), and 1 for JPY.

    Raises ValueError for an unknown currency.
    """
    units: int = 10 ** max(0, decimal_places(currency) - 2)
    return units


@dataclass(frozen=True, slots=True)
class Money:
    """A whole number of a currency's smallest unit: ``Money(1250, "USD")`` is twelve dollars fifty.

    Amounts of different currencies are unequal; adding or ordering them raises CurrencyMismatch.
    """

    minor: int
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Return the amount 0 in a currency."""
        return cls(0, currency)

    @classmethod
    def from_decimal(cls, amount: Decimal | str, currency: str) -> Self:
        """Return the amount of a plain decimal number ("12.50").

        Raises ValueError for an invalid number, for more places than the currency has, and for an unknown
        currency.
        """
        if isinstance(amount, str) and not _PLAIN_NUMBER.fullmatch(amount):
            raise ValueError(f"not an amount: {amount!r}")
        number = Decimal(amount)
        if not number.is_finite():
            raise ValueError(f"not an amount: {amount!r}")
        money = cls(int(number.scaleb(decimal_places(currency))), currency)
        if money.amount != number:
            raise ValueError(f"{amount} is finer than the smallest unit of {currency}")
        return money

    @property
    def amount(self) -> Decimal:
        """Return the amount in the currency's main unit, with all its decimal places."""
        return Decimal(self.minor).scaleb(-decimal_places(self.currency))

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        if not isinstance(times, int):
            return NotImplemented
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def round_half_up(numerator: int, denominator: int) -> int:
    """Return a fraction rounded to the nearest integer, halves away from zero (1/2 is 1, -1/2 is -1).

    Raises ValueError unless the denominator is positive.
    """
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def split_proportionally(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a total by weights with the largest remainder method; ties go to the earlier part.

    The parts always add up to the total, and none exceeds its weight while the total is at most the sum of
    the weights. Raises ValueError when the total or a weight is negative, or when all weights are 0 and the
    total is not.
    """
    whole = sum(weights)
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("totals and weights may not be negative")
    if whole == 0:
        if total:
            raise ValueError("nothing to divide the total over")
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(total * weights[index] % whole))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def share_by_unit(total: int, units: int) -> list[int]:
    """Return the share of each unit in a line's total: differences of rounded cumulative shares.

    290.00 over 3 units is 96.67, 96.66, 96.67, so refunds unit by unit add up to exactly the total. Raises
    ValueError unless there is at least one unit.
    """
    if units < 1:
        raise ValueError("a line has at least one unit")
    cumulative = [round_half_up(total * count, units) for count in range(units + 1)]
    return [after - before for before, after in pairwise(cumulative)]
