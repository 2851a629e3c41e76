"""A difference between a stored figure and its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored figure that differs from its ledger, in units, points or minor units.

    ``figure`` is its name ("stock.quantity"). ``subject`` is the number of an order, the code of a
    voucher, or an id.
    """

    figure: str
    subject: str
    expected: int
    found: int

    def __str__(self) -> str:
        """Return the difference as one line."""
        return f"{self.figure} of {self.subject}: {self.expected} expected, {self.found} found"


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """When all stored figures were last compared with their ledgers, and whether differences were found."""

    at: datetime
    has_differences: bool


def alert_key(day: date) -> str:
    """Return the key of the e-mail about the differences that were found on a day."""
    return f"books_differ:{day.isoformat()}"
