"""Reads of a single order."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core.db import db
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import OrderId, UserId, clean_reference
from kashcraft.orders.models import Order


def get_visible_order(*, number: str, user_id: UserId | None, opened_id: OrderId | None) -> Order:
    """Return an order with its lines, history and refunds, for its owner or the holder of its signed key.

    ``user_id`` is the signed-in customer, ``opened_id`` the order that the key opens. Raises NotFound for
    everybody else, as for an order that does not exist. Four statements.
    """
    order = _find_full_order(Order.number == (clean_reference(number, "KC") or ""))
    if order is None or not _may_see(order, user_id, opened_id):
        raise NotFound("no_order", number=number)
    return order


def get_full_order(order_id: OrderId) -> Order:
    """Return an order with its lines, history and refunds. Raises NotFound. Four statements."""
    order = _find_full_order(Order.id == order_id)
    if order is None:
        raise NotFound("no_order", order_id=str(order_id))
    return order


def find_order(*, number: str, email: str) -> Order | None:
    """Return the order with this number and e-mail address, or None.

    The caller cannot tell which of them was wrong.
    """
    return db.session.scalar(
        sa.select(Order).where(
            Order.number == (clean_reference(number, "KC") or ""),
            Order.email_key == normalized_address(email),
        )
    )


def _find_full_order(condition: sa.ColumnElement[bool]) -> Order | None:
    rows = (
        sa.select(Order)
        .where(condition)
        .options(selectinload(Order.lines), selectinload(Order.events), selectinload(Order.refunds))
    )
    return db.session.scalars(rows).one_or_none()


def _may_see(order: Order, user_id: UserId | None, opened_id: OrderId | None) -> bool:
    return opened_id == order.id or (user_id is not None and user_id == order.user_id)
