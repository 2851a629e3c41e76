"""Fulfilment of paid orders: preparation, shipping and delivery."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.ids import OrderId, UserId
from kashcraft.notifications.services import withdraw_message
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from kashcraft.orders.services import emails
from kashcraft.orders.services.history import move_order, record_move, reload_order, wrong_status_error

# How long a step can be taken back. Staff who send an order on have the e-mail about it wait as long.
UNDO_TIME = timedelta(seconds=30)
# By the status that a step leads to: the status before it, and the column with its time.
UNDONE = {
    OrderStatus.PROCESSING: (OrderStatus.PAID, "processed_at"),
    OrderStatus.SHIPPED: (OrderStatus.PROCESSING, "shipped_at"),
    OrderStatus.DELIVERED: (OrderStatus.SHIPPED, "delivered_at"),
}


def start_processing(*, order_id: OrderId, actor_id: UserId | None = None) -> Order:
    """Start to prepare a paid order, which its customer can no longer cancel; return it.

    An order that is further on is returned unchanged. Raises DomainError('wrong_status', number=,
    status=), also if nothing is left to pack: every unit was refunded, or all units are gift cards.
    """
    units = sa.select(OrderLine.id).where(
        OrderLine.order_id == order_id,
        OrderLine.refunded_quantity < OrderLine.quantity,
        OrderLine.is_gift_card.is_(False),
    )
    return _advance(order_id, OrderStatus.PROCESSING, actor_id, units.exists(), processed_at=clock.now())


def mark_shipped(
    *, order_id: OrderId, actor_id: UserId | None = None, email_after: timedelta = timedelta()
) -> Order:
    """Mark an order as shipped, send the e-mail about it after ``email_after``, and return it.

    Repeated calls and errors are those of ``start_processing``.
    """
    order = _advance(order_id, OrderStatus.SHIPPED, actor_id, shipped_at=clock.now())
    if order.status is OrderStatus.SHIPPED:
        emails.send_shipped_email(order=order, due=clock.now() + email_after)
    return order


def mark_delivered(*, order_id: OrderId, actor_id: UserId | None = None) -> Order:
    """Mark an order as delivered; return it. Repeated calls and errors are those of ``start_processing``."""
    return _advance(order_id, OrderStatus.DELIVERED, actor_id, delivered_at=clock.now())


def undo_fulfilment(*, order_id: OrderId, status: OrderStatus, actor_id: UserId | None = None) -> Order:
    """Take back the latest step of an order, to ``status``, within ``UNDO_TIME``; return the order.

    The e-mail about shipping is withdrawn. Raises DomainError('wrong_status', number=, status=) where the
    order has another status by now, or the time is over.
    """
    before, column = UNDONE[status]
    is_recent = getattr(Order, column) > clock.now() - UNDO_TIME
    order = move_order(order_id, before, is_recent, origin=status, **{column: None})
    if order is None:
        raise wrong_status_error(reload_order(order_id))
    if status is OrderStatus.SHIPPED:
        withdraw_message(key=emails.shipped_key(order_id))
    record_move(order_id, "undone", origin=status, status=before, actor_id=actor_id, step=status.value)
    return order


def _advance(
    order_id: OrderId,
    status: OrderStatus,
    actor_id: UserId | None,
    *conditions: sa.ColumnElement[bool],
    **times: Any,
) -> Order:
    (origin,) = rules.origins(status)
    order = move_order(order_id, status, *conditions, origin=origin, **times)
    if order is not None:
        record_move(order_id, status.value, origin=origin, status=status, actor_id=actor_id)
        return order
    order = reload_order(order_id)
    if order.status is not status and not rules.is_before(status, order.status):
        raise wrong_status_error(order)
    return order
