"""What is free, and what somebody holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock, reading
from kashcraft.core.db import db
from kashcraft.inventory.models import HolderKind, Inventory, InventoryReservation, ReservationStatus
from kashcraft.inventory.rules import Stock

# Holds that end within minutes. What a waiting list holds for a day is not worth waiting for.
PAYING = (HolderKind.ORDER, HolderKind.QUICK_CHECKOUT)

_NOW: Any = sa.bindparam("now", type_=InventoryReservation.expires_at.type)


def lapsed_holds(now: Any) -> sa.ColumnElement[int]:
    """Return a column with the units of an inventory row whose holds are beyond their time."""
    units = sa.func.sum(InventoryReservation.quantity)
    found = _active(units, InventoryReservation.expires_at <= now).scalar_subquery()
    return sa.func.coalesce(found, 0)


def held_until(now: Any) -> sa.ColumnElement[Any]:
    """Return a column with the end of the first hold of an inventory row by somebody who is paying now."""
    found = _active(
        sa.func.min(InventoryReservation.expires_at),
        InventoryReservation.expires_at > now,
        InventoryReservation.holder_kind.in_(PAYING),
    )
    return found.scalar_subquery()


def _active(column: Any, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(column)
        .where(
            InventoryReservation.product_id == Inventory.product_id,
            InventoryReservation.status == ReservationStatus.ACTIVE,
            *conditions,
        )
        .correlate(Inventory)
    )


_STOCK = sa.select(
    Inventory.product_id,
    (Inventory.available + lapsed_holds(_NOW)).label("free"),
    held_until(_NOW).label("held_until"),
    Inventory.most_per_order,
).where(Inventory.product_id.in_(sa.bindparam("wanted", expanding=True)))


def free(product_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the units of each product that can be bought now: not held, or held beyond their time.

    Every id asked for is in the answer, with 0 where no stock was ever recorded. One statement.
    """
    return {product_id: one.free for product_id, one in stock(product_ids).items()}


def stock(product_ids: Iterable[UUID]) -> dict[UUID, Stock]:
    """Return what can be bought of each product now, until when somebody who is paying holds more of it, and
    how many one order may hold.

    Every id asked for is in the answer, with nothing free where no stock was ever recorded. One statement.
    """
    wanted = list(product_ids)
    rows = reading.rows(_STOCK, {"wanted": wanted, "now": clock.now()})
    found = {row.product_id: Stock(row.free, row.held_until, row.most_per_order) for row in rows}
    return dict.fromkeys(wanted, Stock()) | found


def held(*, holder_kind: HolderKind, holder_id: UUID) -> dict[UUID, int]:
    """Return the units by product that this holder holds, also beyond their time while nobody took them."""
    rows = db.session.execute(
        sa.select(InventoryReservation.product_id, InventoryReservation.quantity).where(
            InventoryReservation.holder_kind == holder_kind,
            InventoryReservation.holder_id == holder_id,
            InventoryReservation.status == ReservationStatus.ACTIVE,
        )
    )
    return {row.product_id: row.quantity for row in rows}
