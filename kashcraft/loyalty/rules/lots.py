"""Points in lots: which lots a redemption debits, and where returned points go.

These statements are true after every operation. The balance is the sum of the ledger. The lots together hold
the balance, or nothing while the balance is negative. The original size of a lot is what remains in it, plus
the debits that were not restored, plus what expired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Lot:
    """Points that expire at the same time."""

    id: UUID
    remaining: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LotDebit:
    """Points to debit from one lot."""

    lot_id: UUID
    points: int


@dataclass(frozen=True, slots=True)
class LotUse:
    """The points that a redemption debited from a lot and that are not returned. ``lapsed`` is true once the
    lot has expired.
    """

    id: UUID
    lot_id: UUID
    points: int
    lapsed: bool


@dataclass(frozen=True, slots=True)
class LotReturn:
    """The points of one use that are returned, and the part that goes back to its lot."""

    use_id: UUID
    lot_id: UUID
    returned: int
    restored: int


def oldest_first(lots: Sequence[Lot], before: UUID | None = None) -> list[Lot]:
    """Return the lots in the order of spending: the lot ``before`` first, then by expiry date."""
    return sorted(lots, key=lambda lot: (lot.id != before, lot.expires_at, lot.id))


def debit_lots(lots: Sequence[Lot], points: int, before: UUID | None = None) -> list[LotDebit]:
    """Return what to debit from which lots for ``points``: the lot ``before`` first, then by expiry date.

    If the lots hold less, all of it is debited and the rest is a debt. Raises ValueError for negative points.
    """
    if points < 0:
        raise ValueError("points may not be negative")
    debits: list[LotDebit] = []
    for lot in oldest_first(lots, before):
        part = min(points, lot.remaining)
        if part:
            debits.append(LotDebit(lot.id, part))
            points -= part
    return debits


def lots_after_debits(lots: Sequence[Lot], debits: Sequence[LotDebit]) -> list[Lot]:
    """Return the lots that are not empty after the debits."""
    debited = {item.lot_id: item.points for item in debits}
    left = [Lot(lot.id, lot.remaining - debited.get(lot.id, 0), lot.expires_at) for lot in lots]
    return [lot for lot in left if lot.remaining]


def points_after_debt(balance: int, points: int) -> int:
    """Return how many of the new points are left after they pay the debt of a negative balance."""
    return max(0, points - max(0, -balance))


def split_return(uses: Sequence[LotUse], points: int, debt: int) -> tuple[list[LotReturn], int]:
    """Return where ``points`` of a redemption go, and how many of them need a new lot.

    The last debit is returned first. It pays ``debt`` first and then goes back to its lot, or to a new lot if
    that has expired. Raises ValueError for more points than the uses hold.
    """
    if points < 0 or points > sum(use.points for use in uses):
        raise ValueError("more points to return than were debited")
    returns: list[LotReturn] = []
    fresh = 0
    for use in reversed(uses):
        part = min(points, use.points)
        if not part:
            continue
        paid = min(part, debt)
        restored = 0 if use.lapsed else part - paid
        fresh += part - paid - restored
        returns.append(LotReturn(use.id, use.lot_id, part, restored))
        points, debt = points - part, debt - paid
    return returns, fresh
