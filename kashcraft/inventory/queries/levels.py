"""What is free, and what somebody holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock, reading
from kashcraft.core.db import db
from kashcraft.inventory.models import HolderKind, Inventory, InventoryReservation, ReservationStatus
from kashcraft.inventory.rules import UNCOUNTED, Stock

# Holds that end within minutes. What a waiting list holds for a day is not worth waiting for.
PAYING = (HolderKind.ORDER, HolderKind.QUICK_CHECKOUT)

_NOW: Any = sa.bindparam("now", type_=InventoryReservation.expires_at.type)


def free_units(now: Any = None) -> sa.ColumnElement[int]:
    """Return a column with the units of an inventory row that can be bought: those that nobody holds, and at
    ``now``, where it is given, those whose holds are beyond their time; UNCOUNTED where nobody counts, and
    NULL for the missing row of an outer join.
    """
    free = Inventory.available if now is None else Inventory.available + lapsed_holds(now)
    return sa.case((Inventory.is_counted.is_(False), UNCOUNTED), else_=free)


def lapsed_holds(now: Any) -> sa.ColumnElement[int]:
    """Return a column with the units of an inventory row whose holds are beyond their time."""
    units = sa.func.sum(InventoryReservation.quantity)
    found = _active(units, InventoryReservation.expires_at <= now).scalar_subquery()
    return sa.func.coalesce(found, 0)


def held_until(now: Any) -> sa.ColumnElement[Any]:
    """Return a column with the end of the first hold of an inventory row by somebody who is paying now; what
    is not counted keeps nobody waiting.
    """
    found = _active(
        sa.func.min(InventoryReservation.expires_at),
        Inventory.is_counted.is_(True),
        InventoryReservation.expires_at > now,
        InventoryReservation.holder_kind.in_(PAYING),
    )
    return found.scalar_subquery()


def is_being_bought() -> sa.ColumnElement[bool]:
    """Return a column: whether none of an inventory row is free and somebody who is paying holds some of it.

    Holds beyond their time count until they are given back. The holds are looked at only where none is free.
    """
    paying = _active(sa.literal(1), InventoryReservation.holder_kind.in_(PAYING)).exists()
    none_free = sa.and_(Inventory.is_counted.is_(True), Inventory.available <= 0, Inventory.reserved > 0)
    return sa.case((none_free, paying), else_=sa.false())


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
    free_units(_NOW).label("free"),
    held_until(_NOW).label("held_until"),
    Inventory.most_per_order,
).where(Inventory.product_id.in_(sa.bindparam("wanted", expanding=True)))


def free(product_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the units of each product that can be bought now: not held, or held beyond their time; UNCOUNTED
    where nobody counts.

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


def scarce(product_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the products that can run out: all but those that are not counted. One statement."""
    found = sa.select(Inventory.product_id).where(
        Inventory.product_id.in_(product_ids), Inventory.is_counted.is_(False)
    )
    return set(product_ids) - set(db.session.scalars(found))


def is_scarce(product_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the product of a column can run out."""
    return ~sa.exists().where(Inventory.product_id == product_id, Inventory.is_counted.is_(False))


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
