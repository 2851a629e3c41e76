"""Orders that end early: called off, or not paid in time. What they held goes back once."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core import bus, clock
from kashcraft.core.db import db
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import OrderId, UserId
from kashcraft.events.orders import OrderCancelled, OrderExpired
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.orders.services import claims
from kashcraft.orders.services.history import as_it_is, move, record, wrong_status
from kashcraft.orders.services.refunds import refund_in_full


def cancel(*, order_id: OrderId, actor_id: UserId | None = None, reason: str = "") -> Order:
    """Call an order off until it is processed, and return it; one that was paid is refunded in full.

    Its voucher's use goes back either way.
    Cancelling twice changes nothing. Raises DomainError('wrong_status', number=, status=) when too late, and
    DomainError('gift_card_used', available=) where a gift card that it bought has been used.
    """
    order = move(order_id, OrderStatus.CANCELLED, origins=[OrderStatus.PENDING], cancelled_at=clock.now())
    if order is not None:
        claims.give_back(order=order)
        record(order_id, "cancelled", status=OrderStatus.CANCELLED, note=reason, actor_id=actor_id)
        bus.publish(OrderCancelled(order_id))
        return order
    order = move(order_id, OrderStatus.CANCELLED, origins=[OrderStatus.PAID], cancelled_at=clock.now())
    if order is not None:
        record(order_id, "cancelled", status=OrderStatus.CANCELLED, note=reason, actor_id=actor_id)
        refund_in_full(
            order_id=order_id, reason=reason or _("The order was cancelled."), restock=True, actor_id=actor_id
        )
        return order
    order = as_it_is(order_id)
    if order.status is not OrderStatus.CANCELLED:
        raise wrong_status(order)
    return order


def expire(*, order_id: OrderId) -> Order | None:
    """End an order whose time to be paid is over; return it, or None where that is not so."""
    order = move(order_id, OrderStatus.EXPIRED, Order.expires_at <= clock.now(), expired_at=clock.now())
    if order is None:
        return None
    claims.give_back(order=order)
    record(order_id, "expired", status=OrderStatus.EXPIRED)
    bus.publish(OrderExpired(order_id))
    return order


def expire_due(*, limit: int = 50) -> list[Order]:
    """End up to ``limit`` orders whose time is over and return them; those being changed elsewhere wait."""
    due = (
        sa.select(Order.id)
        .where(Order.status == OrderStatus.PENDING, Order.expires_at <= clock.now())
        .order_by(Order.expires_at, Order.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ended = [expire(order_id=order_id) for order_id in db.session.scalars(due).all()]
    return [order for order in ended if order is not None]
