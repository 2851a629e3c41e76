"""Reading single cells: each refusal becomes an error with its row, and a harmless value to continue with."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from kashcraft.core.money import LARGEST_MINOR, Money
from kashcraft.product_csv.rules.document import Remarks, Row

LARGEST_QUANTITY = 1_000_000
LARGEST_WEIGHT = 10_000_000
LONGEST_POSITION = 6
_YES = {"true", "yes", "1", "wahr", "vrai"}
_NO = {"false", "no", "0", "falsch", "faux"}


# Digits as spreadsheets and other shops write them: no exponent, no underscore, no sign but a minus.
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class Cells:
    """The cells of a row, read as typed values; errors and notes are added to ``remarks``."""

    def __init__(self, row: Row, remarks: Remarks) -> None:
        self.row = row
        self.remarks = remarks

    def refuse(self, column: str, message: str) -> None:
        """Record that this row's cell under ``column`` cannot be used."""
        self.remarks.refuse(self.row.number, column, message)

    def note(self, column: str, message: str) -> None:
        """Record that this row's cell under ``column`` is imported with another value."""
        self.remarks.note(self.row.number, column, message)

    def text(self, column: str, limit: int) -> str:
        """Return the text of a cell, at most ``limit`` characters long."""
        text = " ".join(self.row[column].split())
        if len(text) > limit:
            self.refuse(column, f"{len(text)} characters; at most {limit} fit")
        return text

    def flag(self, column: str, *, default: bool) -> bool:
        """Return a yes or no; an empty cell is ``default``."""
        text = self.row[column].casefold()
        if text and text not in _YES | _NO:
            self.refuse(column, f"“{self.row[column]}” is neither true nor false")
        return text in _YES if text else default

    def amount(self, column: str, currency: str) -> int | None:
        """Return an amount in minor units of ``currency``, None for an empty cell."""
        text = self.row[column]
        if not text:
            return None
        number = _number(text)
        if number is None:
            self.refuse(column, f"“{text}” is not an amount; write it like 1234.50")
            return None
        if not 0 <= number <= LARGEST_MINOR:
            self.refuse(column, f"“{text}” is not a possible price")
            return None
        try:
            minor = Money.from_decimal(number, currency).minor
        except ValueError:
            self.refuse(column, f"“{text}” is finer than the smallest unit of {currency}")
            return None
        if minor > LARGEST_MINOR:
            self.refuse(column, f"“{text}” is not a possible price")
            return None
        return minor

    def quantity(self, column: str) -> int | None:
        """Return a number of units, 0 to a million, None for an empty cell; a negative number becomes 0."""
        text = self.row[column]
        if not text:
            return None
        number = _number(text)
        if number is None or number != int(number):
            self.refuse(column, f"“{text}” is not a whole number of pieces")
            return None
        if number > LARGEST_QUANTITY:
            self.refuse(column, f"{text} is not a possible number of pieces")
            return None
        if number < 0:
            self.note(column, f"{text} is imported as 0; there is no stock below zero")
        return max(int(number), 0)

    def position(self, column: str, default: int) -> int:
        """Return a position in an order, counting from 1."""
        text = self.row[column]
        if text and not (text.isascii() and text.isdigit() and len(text) <= LONGEST_POSITION):
            self.refuse(column, f"“{text}” is not a position")
            return default
        return int(text) if text else default

    def grams(self, column: str) -> int:
        """Return a weight in whole grams, half a gram rounded up, 0 for an empty cell."""
        text = self.row[column] or "0"
        number = _number(text)
        if number is None:
            self.refuse(column, f"“{text}” is not a weight in grams")
            return 0
        if not 0 <= number <= LARGEST_WEIGHT:
            self.refuse(column, f"“{text}” is not a possible weight in grams")
            return 0
        return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None
