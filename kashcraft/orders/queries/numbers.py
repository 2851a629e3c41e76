"""Reads of order numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from kashcraft.core import autocommit
from kashcraft.core.db import db
from kashcraft.core.ids import OrderId, ProductId, clean_reference
from kashcraft.orders.models import Order, OrderLine


def list_numbers(order_ids: Collection[OrderId]) -> dict[OrderId, str]:
    """Return order numbers by order id. One statement, none without ids."""
    if not order_ids:
        return {}
    rows = autocommit.rows(sa.select(Order.id, Order.number).where(Order.id.in_(order_ids)))
    return {row.id: row.number for row in rows}


def is_ordered(product_id: ProductId) -> bool:
    """Return whether an order contains a product. One statement."""
    found = sa.select(OrderLine.id).where(OrderLine.product_id == product_id).limit(1)
    return db.session.scalar(found) is not None


def list_contacts(order_ids: Iterable[OrderId | None]) -> dict[OrderId, tuple[str, str]]:
    """Return (order number, e-mail address) by order id. One statement."""
    wanted = {order_id for order_id in order_ids if order_id}
    rows = db.session.execute(sa.select(Order.id, Order.number, Order.email).where(Order.id.in_(wanted)))
    return {row.id: (row.number, row.email) for row in rows}


def find_order_id(words: str) -> OrderId | None:
    """Return the id of the order with this number, or None. At most one statement.

    The number may be typed in lower case, or with spaces and dashes.
    """
    number = clean_reference(words, "KC")
    return db.session.scalar(sa.select(Order.id).where(Order.number == number)) if number else None


def has_orders() -> bool:
    """Return whether there is any order. One statement."""
    return bool(autocommit.rows(sa.select(Order.id).limit(1)))
