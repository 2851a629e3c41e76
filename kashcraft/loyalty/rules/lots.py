"""Points as dated lots: which lots a redemption takes from, and where its points go when they come back.

What holds after every act: the balance is the sum of the ledger; what remains in all lots together is the
balance, or nothing while the balance is below zero; a lot's first size is what remains in it, plus what was
taken and not put back, plus what expired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Lot:
    """Points that expire together."""

    id: UUID
    remaining: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LotDebit:
    """So many points out of one lot."""

    lot_id: UUID
    points: int


@dataclass(frozen=True, slots=True)
class LotUse:
    """What a redemption took from a lot and has not given back; ``lapsed`` once the lot is past its date."""

    id: UUID
    lot_id: UUID
    points: int
    lapsed: bool


@dataclass(frozen=True, slots=True)
class LotReturn:
    """What of one use comes back, and the part of it that is in its lot again."""

    use_id: UUID
    lot_id: UUID
    returned: int
    restored: int


def oldest_first(lots: Sequence[Lot], before: UUID | None = None) -> list[Lot]:
    """Return the lots in the order of spending: the earliest expiry first, but ``before`` ahead of all."""
    return sorted(lots, key=lambda lot: (lot.id != before, lot.expires_at, lot.id))


def debit_lots(lots: Sequence[Lot], points: int, before: UUID | None = None) -> list[LotDebit]:
    """Return what to take from which lots for ``points``, oldest first, the lot ``before`` ahead of all.

    Where the lots hold less, everything is taken and the rest is a debt. ValueError for negative points.
    """
    if points < 0:
        raise ValueError("points may not be negative")
    taken: list[LotDebit] = []
    for lot in oldest_first(lots, before):
        part = min(points, lot.remaining)
        if part:
            taken.append(LotDebit(lot.id, part))
            points -= part
    return taken


def lots_after_debits(lots: Sequence[Lot], taken: Sequence[LotDebit]) -> list[Lot]:
    """Return the lots that still hold something once ``taken`` is out."""
    gone = {item.lot_id: item.points for item in taken}
    left = [Lot(lot.id, lot.remaining - gone.get(lot.id, 0), lot.expires_at) for lot in lots]
    return [lot for lot in left if lot.remaining]


def points_after_debt(balance: int, points: int) -> int:
    """Return what is left of new points once they have paid the debt of a balance below zero."""
    return max(0, points - max(0, -balance))


def split_return(uses: Sequence[LotUse], points: int, debt: int) -> tuple[list[LotReturn], int]:
    """Return where ``points`` of a redemption go, and how many of them need a new lot.

    The last taken comes back first: it pays ``debt`` first, then goes to the lot it came from; where that has
    lapsed it needs a new one. ValueError when more is to come back than is out.
    """
    if points < 0 or points > sum(use.points for use in uses):
        raise ValueError("no more comes back than was taken")
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
