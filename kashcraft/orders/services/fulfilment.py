"""From paid to delivered: the workshop starts, tracking ships and delivers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.ids import OrderId, UserId
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from kashcraft.orders.services import emails
from kashcraft.orders.services.history import as_it_is, move, record, wrong_status


def start_processing(*, order_id: OrderId, actor_id: UserId | None = None) -> Order:
    """Start to make or pack a paid order, after which its customer cannot cancel it; return it.

    An order that is further on is returned as it is. Raises DomainError('wrong_status', number=, status=),
    also where nothing is left to pack: every unit was refunded, or all of it are gift cards.
    """
    units = sa.select(OrderLine.id).where(
        OrderLine.order_id == order_id,
        OrderLine.refunded_quantity < OrderLine.quantity,
        OrderLine.is_gift_card.is_(False),
    )
    return _advance(order_id, OrderStatus.PROCESSING, actor_id, units.exists(), processed_at=clock.now())


def mark_shipped(*, order_id: OrderId, actor_id: UserId | None = None) -> Order:
    """Note that an order has left, write so to its customer, and return it. Repeats and refusals are those of
    ``start_processing``.
    """
    order = _advance(order_id, OrderStatus.SHIPPED, actor_id, shipped_at=clock.now())
    if order.status is OrderStatus.SHIPPED:
        emails.send_shipped(order=order)
    return order


def mark_delivered(*, order_id: OrderId, actor_id: UserId | None = None) -> Order:
    """Note that an order has arrived; return it. Repeats and refusals are those of ``start_processing``."""
    return _advance(order_id, OrderStatus.DELIVERED, actor_id, delivered_at=clock.now())


def _advance(
    order_id: OrderId,
    status: OrderStatus,
    actor_id: UserId | None,
    *conditions: sa.ColumnElement[bool],
    **times: Any,
) -> Order:
    order = move(order_id, status, *conditions, **times)
    if order is not None:
        record(order_id, status.value, status=status, actor_id=actor_id)
        return order
    order = as_it_is(order_id)
    if order.status is not status and not rules.before(status, order.status):
        raise wrong_status(order)
    return order
