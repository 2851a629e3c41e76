"""Codes of vouchers, the checks of their terms, and the reasons why one cannot be used."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias
from uuid import UUID

from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ALPHABET, CategoryId, ProductId, VoucherId, keyed_hash
from kashcraft.core.money import LARGEST_MINOR
from kashcraft.pricing.rules import VoucherKind, VoucherTerms

# A value as the history of changes stores it.
HistoryValue: TypeAlias = str | int | bool | list[str] | None

PREFIX = "VC"
RANDOM_CHARACTERS = 6
LONGEST_CODE = 40
MOST_AT_ONCE = 10_000
WHOLE_BP = 10_000
LEAST_BP = 100
MOST_USES = 1_000_000_000
# Fields that are fixed after the first use: orders name the code, and statistics add up the discounts.
FIXED_ONCE_USED = ("code", "discount_type", "currency")

_BETWEEN = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212]")
_CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_MISREAD = str.maketrans("ILO", "110")
# Codes of gift cards, which customers enter into the same field.
_GIFT_CARD = re.compile(r"GC[A-Z0-9]{16}")


def customer_hash(key: str, customer: str) -> str:
    """Return the hash that is stored to identify the customer of a use.

    It is an HMAC-SHA256 of ``customer`` (a mailbox, or the id of an account). ``key`` is one of the shop's
    encryption keys; the key of the hash is derived from it, so that each serves one purpose only.
    """
    return keyed_hash(keyed_hash(key, "customers of vouchers"), customer)


class DiscountType(StrEnum):
    """Whether ``discount_value`` is a share (basis points) or an amount (minor units)."""

    PERCENTAGE = "percentage"
    FIXED = "fixed"


class VoucherState(StrEnum):
    """The state of a voucher at a moment, for staff."""

    RUNNING = "running"
    SCHEDULED = "scheduled"
    USED_UP = "used_up"
    ENDED = "ended"
    OFF = "off"


class VoucherLimits(Protocol):
    """The fields of a voucher that limit its use."""

    @property
    def is_active(self) -> bool:
        """Whether the voucher is switched on."""

    @property
    def start_date(self) -> datetime:
        """When it begins."""

    @property
    def expires_at(self) -> datetime:
        """When it expires."""

    @property
    def max_usages(self) -> int | None:
        """How often it can be used in total."""

    @property
    def max_usage_per_user(self) -> int | None:
        """How often each customer can use it."""

    @property
    def current_usages(self) -> int:
        """How many uses are applied now."""


class VoucherData(Protocol):
    """The fields of a voucher that determine the discount; amounts in minor units."""

    @property
    def id(self) -> VoucherId:
        """The id of the voucher."""

    @property
    def code(self) -> str:
        """The code as it is printed."""

    @property
    def discount_type(self) -> DiscountType:
        """The unit of ``discount_value``."""

    @property
    def discount_value(self) -> int:
        """Basis points or minor units."""

    @property
    def currency(self) -> str | None:
        """The currency of a fixed amount."""

    @property
    def max_discount(self) -> int | None:
        """The maximum of a percentage discount."""

    @property
    def min_discount(self) -> int | None:
        """The least value that a fixed discount must still have."""

    @property
    def min_order_value(self) -> int:
        """The minimum value of the goods."""

    @property
    def max_order_value(self) -> int | None:
        """The maximum value of the goods."""

    @property
    def requires_code(self) -> bool:
        """Whether it applies only if its code was entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherInput:
    """The terms of a voucher as staff enter them. Amounts are minor units, a percentage is basis points.

    Without ``code`` a new voucher gets a random code and an existing one keeps its code. No category means
    every product. A category includes its subcategories, a product its variants.
    """

    name: str
    discount_type: DiscountType
    discount_value: int
    start_date: datetime
    expires_at: datetime
    code: str | None = None
    description: str | None = None
    currency: str | None = None
    max_discount: int | None = None
    min_discount: int | None = None
    min_order_value: int = 0
    max_order_value: int | None = None
    max_usages: int | None = None
    max_usage_per_user: int | None = 1
    requires_code: bool = True
    is_active: bool = True
    campaign: str | None = None
    notes: str | None = None
    category_ids: tuple[CategoryId, ...] = ()
    excluded_product_ids: tuple[ProductId, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeLookup:
    """The result of looking up a code: the terms, or the error code of the refusal, or neither without a
    code.

    ``used_before`` states that this voucher or an automatic one is refused because the customer has used it
    before.
    """

    terms: VoucherTerms | None = None
    refusal: str | None = None
    used_before: bool = False


def code_key(text: str) -> str:
    """Return a code for comparison: in capitals, without blanks and dashes of any kind."""
    return _BETWEEN.sub("", text).upper()


def code_keys(text: str) -> tuple[str, str]:
    """Return a typed code for comparison, and the same with I, L and O read as 1, 1 and 0.

    Random codes do not contain these characters; codes that staff chose may. So the first form has priority.
    """
    key = code_key(text)[: LONGEST_CODE + 1]
    misread = key.removeprefix(PREFIX)
    made_up = key.startswith(PREFIX) and len(misread) == RANDOM_CHARACTERS
    return key, PREFIX + misread.translate(_MISREAD) if made_up else key


def new_code() -> str:
    """Return a random code: ``VC-`` and six characters of an alphabet without look-alikes."""
    return f"{PREFIX}-{''.join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))}"


def format_code(text: str) -> str:
    """Return a code that staff chose as it is printed: in capitals, words joined by dashes.

    Raises DomainError('voucher_code') unless it has 3 to 40 letters A to Z, digits and dashes, and for a code
    that has the form of a gift card code.
    """
    code = "-".join(text.upper().split())
    if (
        not 3 <= len(code) <= LONGEST_CODE
        or not _CODE.fullmatch(code)
        or _GIFT_CARD.fullmatch(code_key(code))
    ):
        raise DomainError("voucher_code", field="code")
    return code


def check(data: VoucherInput) -> None:
    """Raise DomainError with the name of the field if the terms contradict each other.

    Codes: voucher_value, voucher_percentage, voucher_currency, voucher_never (a fixed amount below its own
    minimum), voucher_dates, voucher_order_values, voucher_amount, voucher_limit.
    """
    if not 0 < data.discount_value <= LARGEST_MINOR:
        raise DomainError("voucher_value", field="discount_value")
    if data.discount_type is DiscountType.PERCENTAGE:
        if not LEAST_BP <= data.discount_value <= WHOLE_BP:
            raise DomainError("voucher_percentage", field="discount_value")
    elif not data.currency:
        raise DomainError("voucher_currency", field="currency")
    elif (data.min_discount or 0) > data.discount_value:
        raise DomainError("voucher_never", field="min_discount")
    if data.expires_at <= data.start_date:
        raise DomainError("voucher_dates", field="expires_at")
    if data.max_order_value is not None and data.max_order_value < data.min_order_value:
        raise DomainError("voucher_order_values", field="max_order_value")
    least_amounts = {"max_discount": 1, "min_discount": 0, "min_order_value": 0, "max_order_value": 0}
    for field, least in least_amounts.items():
        _within(data, field, least, LARGEST_MINOR, "voucher_amount")
    for field in ("max_usages", "max_usage_per_user"):
        _within(data, field, 1, MOST_USES, "voucher_limit")


def _within(data: VoucherInput, field: str, least: int, most: int, code: str) -> None:
    value = getattr(data, field)
    if value is not None and not least <= value <= most:
        raise DomainError(code, field=field)


def state_of(voucher: VoucherLimits, moment: datetime) -> VoucherState:
    """Return the state of a voucher at ``moment``: the switch comes first, then the dates, then the limit."""
    if not voucher.is_active:
        return VoucherState.OFF
    if moment >= voucher.expires_at:
        return VoucherState.ENDED
    if moment < voucher.start_date:
        return VoucherState.SCHEDULED
    used_up = voucher.max_usages is not None and voucher.current_usages >= voucher.max_usages
    return VoucherState.USED_UP if used_up else VoucherState.RUNNING


def plain(value: object) -> HistoryValue:
    """Return a value as the history stores it: text, numbers, booleans, lists; times in ISO, ids as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return sorted(str(one) for one in value)
    return value if value is None or isinstance(value, bool | int) else str(value)


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[HistoryValue]]:
    """Return [before, after] of each field that changed, as the history stores them."""
    pairs = {name: [plain(before.get(name)), plain(value)] for name, value in after.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def refusal(
    voucher: VoucherLimits, *, moment: datetime, uses: int, own_uses: int, withheld: bool = False
) -> str | None:
    """Return why a voucher cannot be used at ``moment``, or None if it can.

    ``uses`` counts all customers, ``own_uses`` this customer. With ``withheld`` the answer does not reveal
    whether this customer has used the voucher. The answer does not depend on the cart.
    """
    if not voucher.is_active or moment >= voucher.expires_at:
        return "voucher_ended"
    if moment < voucher.start_date:
        return "voucher_not_started"
    if voucher.max_usages is not None and uses >= voucher.max_usages:
        return "voucher_used_up"
    if voucher.max_usage_per_user is not None and withheld:
        return "voucher_withheld"
    if voucher.max_usage_per_user is not None and own_uses >= voucher.max_usage_per_user:
        return "voucher_used_by_customer"
    return None


def terms_of(
    voucher: VoucherData, *, categories: Collection[UUID], products: Collection[UUID]
) -> VoucherTerms:
    """Return the terms for pricing, with every category that the voucher covers and every excluded
    product.
    """
    return VoucherTerms(
        reference=voucher.id,
        code=voucher.code,
        kind=VoucherKind(voucher.discount_type.value),
        value=voucher.discount_value,
        currency=voucher.currency,
        max_discount=voucher.max_discount,
        min_discount=voucher.min_discount,
        min_order_value=voucher.min_order_value,
        max_order_value=voucher.max_order_value,
        applicable_categories=frozenset(categories),
        excluded_products=frozenset(products),
        requires_code=voucher.requires_code,
    )
