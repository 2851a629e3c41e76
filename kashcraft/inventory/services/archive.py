"""Archiving of ledger entries, and deletion of released holds."""

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
RETENTION = timedelta(days=90)


def purge_released(*, older_than: timedelta = RETENTION, limit: int = 1000) -> int:
    """Delete up to ``limit`` holds that were released longer ago than ``older_than``; return their number.

    Confirmed holds are not deleted, because they say which stock an order was sold from.
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
    deleted = sa.delete(InventoryReservation).where(
        InventoryReservation.id.in_(db.session.scalars(old).all())
    )
    return rows_changed(db.session.execute(deleted))


def archive_logs(*, older_than: timedelta = RETENTION, products: int = 50) -> int:
    """Move the old ledger entries of up to ``products`` products to the archive; return their number.

    Their sum is added to the product's opening entry, so that the quantity still equals the sum of the
    ledger. Products whose stock another step is changing are left for the next run.
    """
    before = clock.now() - older_than
    old = _delete_old_entries(_lock_products_with_old_entries(before, products), before)
    moved = [row for row in old if row["reason"] is not LogReason.OPENING]
    if moved:
        db.session.execute(sa.insert(ARCHIVE), [{**row, "archived_at": clock.now()} for row in moved])
    if old:
        db.session.execute(sa.insert(LOG), _openings(old))
    return len(moved)


def _lock_products_with_old_entries(before: datetime, limit: int) -> Sequence[ProductId]:
    """Return products with old entries and lock their stock, so that nobody writes to their ledger."""
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


def _delete_old_entries(product_ids: Sequence[ProductId], before: datetime) -> Sequence[Mapping[str, Any]]:
    """Delete all old ledger entries, opening entries included, and return them."""
    if not product_ids:
        return []
    rows = (
        sa.delete(LOG).where(LOG.c.product_id.in_(product_ids), LOG.c.created_at < before).returning(*LOG.c)
    )
    return [dict(row) for row in db.session.execute(rows).mappings()]


def _openings(old: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return an opening entry for each product: the sum of the deleted entries, dated with the last one."""
    sums: Counter[ProductId] = Counter()
    last: dict[ProductId, datetime] = {}
    for row in old:
        product_id = row["product_id"]
        sums[product_id] += row["quantity_change"]
        last[product_id] = max(last.get(product_id, row["created_at"]), row["created_at"])
    return [
        {
            "id": new_id(), "idempotency_key": f"opening:{product_id}", "product_id": product_id,
            "quantity_change": total, "new_quantity": total, "reason": LogReason.OPENING,
            "created_at": last[product_id],
        }
        for product_id, total in sorted(sums.items())
    ]  # fmt: skip
