"""Available units as SQL columns: the only definition beside ``rules.free_units`` for values.

All functions return columns of an ``Inventory`` row, except ``free_of_product``: it returns a column of a
``Product`` row with an outer join of its ``Inventory`` row.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.catalogue.models import Product
from kashcraft.catalogue.rules.kinds import Status
from kashcraft.core.ids import ProductId
from kashcraft.inventory.models import HolderKind, Inventory, InventoryReservation, ReservationStatus
from kashcraft.inventory.rules import UNCOUNTED

# A time, or a bind parameter for one.
Moment = datetime | sa.ColumnElement[datetime]
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
# Holds that end within minutes; a hold for the waiting list lasts a day.
PAYING = (HolderKind.ORDER, HolderKind.QUICK_CHECKOUT)


def free_units(now: Moment | None = None) -> sa.ColumnElement[int]:
    """Return a column with the units of an inventory row that can be bought.

    With ``now`` it includes units of expired holds. It is UNCOUNTED for a product that is not counted,
    and NULL for the missing row of an outer join.
    """
    free = Inventory.available if now is None else Inventory.available + expired_holds(now)
    return sa.case((Inventory.is_counted.is_(False), UNCOUNTED), else_=free)


def free_of_product(now: Moment | None = None) -> sa.ColumnElement[int]:
    """Return a column with the units of a product row that can be bought; its inventory row is outer-joined.

    It is 0 without an inventory row, and UNCOUNTED for a gift card, which has no stock. ``now`` is as for
    ``free_units``.
    """
    return sa.case((Product.is_gift_card, UNCOUNTED), else_=sa.func.coalesce(free_units(now), 0))


def units_of_page() -> sa.ColumnElement[int]:
    """Return a column with the units of a product page that can be bought: of itself, or of its variants.

    Variants that are archived do not count. It is at least UNCOUNTED where something is not counted, and 0
    without an inventory row. Expired holds are left out until the next sweep.
    """
    sold = aliased(Product)
    units = (
        sa.select(sa.func.coalesce(sa.func.sum(free_units()), 0))
        .select_from(sold)
        .join(Inventory, Inventory.product_id == sold.id)
        .where(
            sa.or_(
                sold.id == Product.id, sa.and_(sold.parent_id == Product.id, sold.status != Status.ARCHIVED)
            )
        )
        .correlate(Product)
    )
    return sa.case((Product.is_gift_card, UNCOUNTED), else_=units.scalar_subquery())


def list_stock_columns(now: Moment) -> tuple[sa.SQLColumnExpression[object], ...]:
    """Return the columns of ``rules.Stock`` for a product row; its inventory row is outer-joined.

    ``free`` is NULL without an inventory row.
    """
    return free_units(now).label("free"), held_until(now).label("held_until"), Inventory.most_per_order


def with_stock(found: sa.Select[*Ts]) -> sa.Select[*Ts]:
    """Return a statement on products with an outer join of their inventory rows."""
    return found.outerjoin(Inventory, Inventory.product_id == Product.id)


def of_product(column: sa.ColumnElement[T]) -> sa.ColumnElement[T]:
    """Return a column of the inventory row as a subquery of a product row, NULL without an inventory row.

    With a join PostgreSQL may read a whole large stock table for two dozen rows.
    """
    found = sa.select(column).where(Inventory.product_id == Product.id)
    return found.correlate(Product).scalar_subquery()


def most_per_order() -> sa.SQLColumnExpression[int | None]:
    """Return the column with the maximum units of a product in one order, NULL for the shop's limit."""
    return Inventory.most_per_order


def unheld(quantity: sa.ColumnElement[int], reserved: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return a column with the units of a counted product that are not held, for values of an update.

    For the current values use ``Inventory.available``.
    """
    return quantity - reserved


def is_low() -> sa.ColumnElement[bool]:
    """Return the condition that an inventory row is counted and at or below its reorder level."""
    return sa.and_(Inventory.is_counted, Inventory.available <= Inventory.reorder_level)


def is_scarce(product_id: sa.SQLColumnExpression[ProductId]) -> sa.ColumnElement[bool]:
    """Return the condition that the product of a column can run out."""
    return ~sa.exists().where(Inventory.product_id == product_id, Inventory.is_counted.is_(False))


def expired_holds(now: Moment) -> sa.ColumnElement[int]:
    """Return a column with the units of an inventory row in expired holds."""
    units = sa.func.sum(InventoryReservation.quantity)
    found = _active(units, InventoryReservation.expires_at <= now).scalar_subquery()
    return sa.func.coalesce(found, 0)


def held_until(now: Moment) -> sa.ColumnElement[datetime]:
    """Return a column with the end of the first hold of an inventory row by a customer who is paying.

    It is NULL for a product that is not counted, because nobody has to wait for it.
    """
    found = _active(
        sa.func.min(InventoryReservation.expires_at),
        Inventory.is_counted.is_(True),
        InventoryReservation.expires_at > now,
        _is_paying(),
    )
    return found.scalar_subquery()


def is_being_bought() -> sa.ColumnElement[bool]:
    """Return a column: whether no unit is free and a customer who is paying holds some of them.

    Expired holds count until they are released. The holds are read only if no unit is free.
    """
    paying = _active(sa.literal(1), _is_paying()).exists()
    none_free = sa.and_(Inventory.is_counted.is_(True), Inventory.available <= 0, Inventory.reserved > 0)
    return sa.case((none_free, paying), else_=sa.false())


def _is_paying() -> sa.ColumnElement[bool]:
    # Literals, because SQLAlchemy would put plain values into the statement again for every execution.
    kind = InventoryReservation.holder_kind
    return kind.in_([sa.literal(one, kind.type) for one in PAYING])


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
