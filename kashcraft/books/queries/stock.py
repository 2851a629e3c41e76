"""Checks of stock: the quantity is the sum of the ledger, reserved units are the sum of the holds."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.books.queries.checking import Check, Figures, sums, whole
from kashcraft.inventory.models import (
    Inventory,
    InventoryLog,
    InventoryLogArchive,
    InventoryReservation,
    LogReason,
    ReservationStatus,
)


def _quantity() -> Figures:
    logged = sums(InventoryLog.product_id, InventoryLog.quantity_change)
    return sa.select(Inventory.product_id, whole(logged.c.amount), Inventory.quantity).outerjoin(
        logged, logged.c.key == Inventory.product_id
    )


def _opening() -> Figures:
    archived = sums(InventoryLogArchive.product_id, InventoryLogArchive.quantity_change)
    carried = sums(
        InventoryLog.product_id, InventoryLog.quantity_change, InventoryLog.reason == LogReason.OPENING
    )
    return (
        sa.select(Inventory.product_id, whole(archived.c.amount), whole(carried.c.amount))
        .outerjoin(archived, archived.c.key == Inventory.product_id)
        .outerjoin(carried, carried.c.key == Inventory.product_id)
    )


def _reserved() -> Figures:
    held = sums(
        InventoryReservation.product_id,
        InventoryReservation.quantity,
        InventoryReservation.status == ReservationStatus.ACTIVE,
    )
    counts = sa.case((Inventory.is_counted, whole(held.c.amount)), else_=0)
    return sa.select(Inventory.product_id, counts, Inventory.reserved).outerjoin(
        held, held.c.key == Inventory.product_id
    )


CHECKS = (
    Check("stock.quantity", _quantity, ("inventories.quantity", "inventory_logs.quantity_change")),
    # The opening entry carries the sum of the archive.
    Check("stock.opening", _opening, ("inventory_log_archives.quantity_change",)),
    Check("stock.reserved", _reserved, ("inventories.reserved", "inventory_reservations.quantity")),
)
