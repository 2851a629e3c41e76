"""What a difference is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is not what its ledger says, in units, points or minor units.

    ``book`` names the figure ("stock.quantity"), ``subject`` whose it is: the number of an order, the code of
    a voucher, else an id.
    """

    book: str
    subject: str
    expected: int
    found: int

    def __str__(self) -> str:
        """Return the difference in one line."""
        return f"{self.book} of {self.subject}: {self.expected} expected, {self.found} found"
