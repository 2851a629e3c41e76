"""Cancellation and expiry of orders. What an order holds is released once."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core import bus, clock
from kashcraft.core.db import db
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import OrderId, UserId
from kashcraft.events.orders import OrderCancelled, OrderExpired
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.orders.services import claims
from kashcraft.orders.services.history import move_order, record_move, reload_order, wrong_status_error
from kashcraft.orders.services.refunds import refund_in_full


def cancel(*, order_id: OrderId, actor_id: UserId | None = None, reason: str = "") -> Order:
    """Cancel an order that is not being prepared yet, and return it. A paid order is refunded in full.

    The use of its voucher is released in both cases. Cancelling twice changes nothing. Raises
    DomainError('wrong_status', number=, status=) when it is too late, and DomainError('gift_card_used',
    available=) if a gift card bought in it has been used.
    """
    order = move_order(order_id, OrderStatus.CANCELLED, origin=OrderStatus.PENDING, cancelled_at=clock.now())
    if order is not None:
        claims.release(order=order)
        _record_cancellation(order_id, OrderStatus.PENDING, reason, actor_id)
        bus.publish(OrderCancelled(order_id))
        return order
    order = move_order(order_id, OrderStatus.CANCELLED, origin=OrderStatus.PAID, cancelled_at=clock.now())
    if order is not None:
        _record_cancellation(order_id, OrderStatus.PAID, reason, actor_id)
        refund_in_full(
            order_id=order_id, reason=reason or _("The order was cancelled."), restock=True, actor_id=actor_id
        )
        return order
    order = reload_order(order_id)
    if order.status is not OrderStatus.CANCELLED:
        raise wrong_status_error(order)
    return order


def _record_cancellation(
    order_id: OrderId, origin: OrderStatus, reason: str, actor_id: UserId | None
) -> None:
    record_move(
        order_id, "cancelled", origin=origin, status=OrderStatus.CANCELLED, note=reason, actor_id=actor_id
    )


def expire(*, order_id: OrderId) -> Order | None:
    """Expire an unpaid order whose hold has ended; return it, or None if its hold has not ended."""
    order = move_order(
        order_id,
        OrderStatus.EXPIRED,
        Order.expires_at <= clock.now(),
        origin=OrderStatus.PENDING,
        expired_at=clock.now(),
    )
    if order is None:
        return None
    claims.release(order=order)
    record_move(order_id, "expired", origin=OrderStatus.PENDING, status=OrderStatus.EXPIRED)
    bus.publish(OrderExpired(order_id))
    return order


def expire_due(*, limit: int = 50) -> list[Order]:
    """Expire up to ``limit`` unpaid orders whose hold has ended; return them.

    Orders that another step is changing are left for the next run.
    """
    due = (
        sa.select(Order.id)
        .where(Order.status == OrderStatus.PENDING, Order.expires_at <= clock.now())
        .order_by(Order.expires_at, Order.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ended = [expire(order_id=order_id) for order_id in db.session.scalars(due).all()]
    return [order for order in ended if order is not None]
