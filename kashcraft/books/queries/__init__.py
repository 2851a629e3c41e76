"""The proof of each book; one statement a figure, whatever the size of the shop."""

from __future__ import annotations

from kashcraft.books.queries import benefits, journal, money, orders, stock
from kashcraft.books.queries.checking import Check, run
from kashcraft.books.rules import Difference
from kashcraft.loyalty import queries as loyalty

CHECKS: tuple[Check, ...] = (*stock.CHECKS, *benefits.CHECKS, *orders.CHECKS, *money.CHECKS, *journal.CHECKS)
# What loyalty proves of itself.
POINTS = 7


def differences() -> list[Difference]:
    """Return every figure of the shop that differs from its ledger; an empty list is the proof.

    Each figure is read by one statement and so as of one moment; the shop may go on meanwhile.
    """
    points = [
        Difference(f"points.{entry.what}", str(entry.id), entry.proven, entry.kept)
        for entry in loyalty.differences()
    ]
    return [*(found for check in CHECKS for found in run(check)), *points]


def count() -> int:
    """Return how many kinds of figures are proven."""
    return len(CHECKS) + POINTS


__all__ = ["CHECKS", "count", "differences"]
