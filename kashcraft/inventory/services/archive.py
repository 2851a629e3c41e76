"""What is old leaves the tables in use: holds that were given back, movements behind an opening balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, rows_changed, table_of
from kashcraft.core.ids import ProductId, new_id
from kashcraft.inventory.models import (
    Inventory,
    InventoryLog,
    InventoryLogArchive,
    InventoryReservation,
    LogReason,
    ReservationStatus,
)

LOG = table_of(InventoryLog)
ARCHIVE = table_of(InventoryLogArchive)
KEPT_FOR = timedelta(days=90)


def purge_released(*, older_than: timedelta = KEPT_FOR, limit: int = 1000) -> int:
    """Delete up to ``limit`` holds that were given back longer ago than that; return how many.

    Confirmed holds stay, for they say which stock an order was sold from.
    """
    old = (
        sa.select(InventoryReservation.id)
        .where(
            InventoryReservation.status == ReservationStatus.RELEASED,
            InventoryReservation.released_at < clock.now() - older_than,
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    # Chosen first: PostgreSQL may run a locking subquery with a limit many times, each time for other rows.
    gone = sa.delete(InventoryReservation).where(InventoryReservation.id.in_(db.session.scalars(old).all()))
    return rows_changed(db.session.execute(gone))


def archive_logs(*, older_than: timedelta = KEPT_FOR, products: int = 50) -> int:
    """Move the old movements of up to ``products`` pieces into the archive; return how many rows that were.

    Their sum joins the piece's opening row, so the quantity is the sum of the ledger before and after. Pieces
    whose stock another step works on are left to the next run.
    """
    before = clock.now() - older_than
    old = _taken_out(_pieces_with_old_movements(before, products), before)
    moved = [row for row in old if row["reason"] is not LogReason.OPENING]
    if moved:
        db.session.execute(sa.insert(ARCHIVE), [{**row, "archived_at": clock.now()} for row in moved])
    if old:
        db.session.execute(sa.insert(LOG), _openings(old))
    return len(moved)


def _pieces_with_old_movements(before: datetime, limit: int) -> Sequence[ProductId]:
    """Return pieces to work on, with their stock locked: nobody writes to their ledger meanwhile."""
    old = sa.exists().where(
        InventoryLog.product_id == Inventory.product_id,
        InventoryLog.reason != LogReason.OPENING,
        InventoryLog.created_at < before,
    )
    return db.session.scalars(
        sa.select(Inventory.product_id)
        .where(old)
        .order_by(Inventory.product_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def _taken_out(product_ids: Sequence[ProductId], before: datetime) -> Sequence[Mapping[str, Any]]:
    """Take everything old out of the ledger, the opening rows too, and return it."""
    if not product_ids:
        return []
    rows = (
        sa.delete(LOG).where(LOG.c.product_id.in_(product_ids), LOG.c.created_at < before).returning(*LOG.c)
    )
    return [dict(row) for row in db.session.execute(rows).mappings()]


def _openings(old: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one opening row for each piece: the sum of what was taken out, dated with its last movement."""
    sums: Counter[ProductId] = Counter()
    last: dict[ProductId, datetime] = {}
    for row in old:
        piece = row["product_id"]
        sums[piece] += row["quantity_change"]
        last[piece] = max(last.get(piece, row["created_at"]), row["created_at"])
    return [
        {
            "id": new_id(), "idempotency_key": f"opening:{piece}", "product_id": piece,
            "quantity_change": total, "new_quantity": total, "reason": LogReason.OPENING,
            "created_at": last[piece],
        }
        for piece, total in sorted(sums.items())
    ]  # fmt: skip
