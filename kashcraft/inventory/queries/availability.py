"""What is free, as columns of statements: the one definition, with ``rules.free_units`` for values.

All of them are columns of an ``Inventory`` row; ``free_of_product`` is one of a ``Product`` row with its
stock row joined to it, or none.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar, TypeVarTuple

import sqlalchemy as sa

from kashcraft.catalogue.models import Product
from kashcraft.core.ids import ProductId
from kashcraft.inventory.models import HolderKind, Inventory, InventoryReservation, ReservationStatus
from kashcraft.inventory.rules import UNCOUNTED

# A moment, or the parameter of one.
Moment = datetime | sa.ColumnElement[datetime]
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
# Holds that end within minutes. What a waiting list holds for a day is not worth waiting for.
PAYING = (HolderKind.ORDER, HolderKind.QUICK_CHECKOUT)


def free_units(now: Moment | None = None) -> sa.ColumnElement[int]:
    """Return a column with the units of an inventory row that can be bought: those that nobody holds, and at
    ``now``, where it is given, those whose holds are beyond their time; UNCOUNTED where nobody counts, and
    NULL for the missing row of an outer join.
    """
    free = Inventory.available if now is None else Inventory.available + lapsed_holds(now)
    return sa.case((Inventory.is_counted.is_(False), UNCOUNTED), else_=free)


def free_of_product(now: Moment | None = None) -> sa.ColumnElement[int]:
    """Return a column with the units of a product row that can be bought, where its inventory row is joined
    or missing: none without a stock row, and UNCOUNTED of a gift card, which is not stocked. ``now`` is as
    for ``free_units``.
    """
    return sa.case((Product.is_gift_card, UNCOUNTED), else_=sa.func.coalesce(free_units(now), 0))


def with_stock(found: sa.Select[*Ts]) -> sa.Select[*Ts]:
    """Return a statement whose rows have a product, with its inventory row beside it where there is one."""
    return found.outerjoin(Inventory, Inventory.product_id == Product.id)


def of_product(column: sa.ColumnElement[T]) -> sa.ColumnElement[T]:
    """Return a column of an inventory row as one of a product row, NULL without the former.

    A join would tempt PostgreSQL into reading the whole of a large stock table for two dozen rows of it.
    """
    found = sa.select(column).where(Inventory.product_id == Product.id)
    return found.correlate(Product).scalar_subquery()


def most_per_order() -> sa.SQLColumnExpression[int | None]:
    """Return the column of how many units of a product one order may hold, NULL for the shop's limit."""
    return Inventory.most_per_order


def unheld(quantity: sa.ColumnElement[int], reserved: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return a column with the units of a counted product that nobody holds, for amounts that an update is
    about to write; those of the row are in ``Inventory.available``.
    """
    return quantity - reserved


def is_low() -> sa.ColumnElement[bool]:
    """Return the condition that an inventory row runs low: few are free, and they are counted."""
    return sa.and_(Inventory.is_counted, Inventory.available <= Inventory.reorder_level)


def is_scarce(product_id: sa.SQLColumnExpression[ProductId]) -> sa.ColumnElement[bool]:
    """Return the condition that the product of a column can run out."""
    return ~sa.exists().where(Inventory.product_id == product_id, Inventory.is_counted.is_(False))


def lapsed_holds(now: Moment) -> sa.ColumnElement[int]:
    """Return a column with the units of an inventory row whose holds are beyond their time."""
    units = sa.func.sum(InventoryReservation.quantity)
    found = _active(units, InventoryReservation.expires_at <= now).scalar_subquery()
    return sa.func.coalesce(found, 0)


def held_until(now: Moment) -> sa.ColumnElement[datetime]:
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


def _active(column: sa.ColumnElement[T], *conditions: sa.ColumnElement[bool]) -> sa.Select[T]:
    return (
        sa.select(column)
        .where(
            InventoryReservation.product_id == Inventory.product_id,
            InventoryReservation.status == ReservationStatus.ACTIVE,
            *conditions,
        )
        .correlate(Inventory)
    )
