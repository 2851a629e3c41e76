"""A difference between a stored figure and its ledger."""

from __future__ import annotations

from dataclasses import dataclass


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
