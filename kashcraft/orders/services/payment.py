"""Payment of an order: its hold becomes a sale; a late payment claims everything again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa

from kashcraft.core import bus, clock
from kashcraft.core.db import db, table_of
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import OrderId, ProductId
from kashcraft.core.settings import settings
from kashcraft.core.statements import run
from kashcraft.events.orders import OrderPaid
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderEvent, OrderLine, OrderStatus, RefundStatus
from kashcraft.orders.rules.sold import SoldLine
from kashcraft.orders.services import claims
from kashcraft.orders.services.history import (
    moving,
    record_move,
    reload_order,
    stocked_units,
)
from kashcraft.orders.services.invoices import assign_number


def mark_paid(*, order_id: OrderId, payment_reference: str = "", method: str = "") -> Order:
    """Mark an order as paid and sell its held units; return it. A repeated payment changes nothing.

    ``method`` is the text that customers read ("Visa ending 4242"). An expired order claims its stock,
    voucher, gift cards, points and reward again. Raises DomainError('cannot_be_fulfilled', cause=) if
    that fails or the order was cancelled, and DomainError('already_paid') if another payment paid it.
    Then the caller has to roll its step back and to refund the payment.
    """
    origin = OrderStatus.PENDING
    order = _move_to_paid(order_id, origin)
    if order is None:
        origin = OrderStatus.EXPIRED
        order = _move_to_paid(order_id, origin)
    if order is None:
        return _check_paid_before(order_id, payment_reference)
    lines = _list_sold(order_id)
    try:
        _sell(order, lines)
        if origin is OrderStatus.EXPIRED:
            claims.claim_again(order=order)
    except DomainError as refusal:
        details = {**refusal.details, "number": order.number, "cause": refusal.code}
        raise DomainError("cannot_be_fulfilled", **details) from refusal
    record_move(
        order_id, "paid", origin=origin, status=OrderStatus.PAID, payment=payment_reference, method=method
    )
    paid = rules.paid_lines(order, lines, settings().zone)
    bus.publish(OrderPaid(order_id, order.user_id, paid, email_key=order.email_key))
    assign_number(order=order)
    return order


# Core statements that are built once, because every payment runs them.
ORDERS, LINES = table_of(Order), table_of(OrderLine)
_PAID = moving(
    OrderStatus.PAID,
    Order.status == sa.bindparam("origin", type_=ORDERS.c.status.type),
    Order.refund_status == RefundStatus.NONE,
    paid_at=sa.bindparam("moment", type_=ORDERS.c.paid_at.type),
    expired_at=None,
)
_SOLD = (
    sa.select(*(LINES.c[name] for name in SoldLine.__annotations__))
    .where(LINES.c.order_id == sa.bindparam("of_order"))
    .order_by(LINES.c.position)
)


def _move_to_paid(order_id: OrderId, origin: OrderStatus) -> Order | None:
    moved = {"of_order": order_id, "origin": origin, "moment": clock.now()}
    return cast("Order | None", db.session.scalars(_PAID, moved).one_or_none())


def _list_sold(order_id: OrderId) -> list[SoldLine]:
    return cast("list[SoldLine]", run(_SOLD, {"of_order": order_id}).all())


def _sell(order: Order, lines: Sequence[SoldLine]) -> None:
    sold = stock.confirm(holder_kind=HolderKind.ORDER, holder_id=order.id, order_id=order.id)
    missing = Counter[ProductId]()
    for product_id, units in stocked_units(lines):
        missing[product_id] += units
    missing.subtract(sold)
    released = [(product_id, units) for product_id, units in missing.items() if units]
    if not released:
        return
    stock.hold(
        holder_kind=HolderKind.ORDER,
        holder_id=order.id,
        lines=released,
        expires_at=clock.now(),
        user_id=order.user_id,
        order_id=order.id,
    )
    stock.confirm(holder_kind=HolderKind.ORDER, holder_id=order.id, order_id=order.id)


def _check_paid_before(order_id: OrderId, payment_reference: str) -> Order:
    order = reload_order(order_id)
    if order.paid_at is None:
        raise DomainError("cannot_be_fulfilled", number=order.number, status=order.status.value)
    paid = sa.select(OrderEvent.data).where(OrderEvent.order_id == order_id, OrderEvent.kind == "paid")
    if payment_reference not in {data.get("payment") for data in db.session.scalars(paid)}:
        raise DomainError("already_paid", number=order.number)
    return order
