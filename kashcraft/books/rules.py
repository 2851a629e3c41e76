"""What a difference is, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

TOLD_IN_A_LETTER = 50


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


def letter_context(differences: Sequence[Difference]) -> dict[str, Any]:
    """Return what the letter says: how many differences there are, and the first fifty of them."""
    return {
        "count": len(differences),
        "differences": [str(difference) for difference in differences[:TOLD_IN_A_LETTER]],
        "left_out": max(len(differences) - TOLD_IN_A_LETTER, 0),
    }
