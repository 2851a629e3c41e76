"""Lists of orders: of a customer, of staff, and of a search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.core.ids import UserId
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderLine
from kashcraft.orders.rules import BY_EMAIL, OrderStatus, RefundStatus


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """An order in a list; ``first`` is the name of its first line, ``units`` the number of all its units."""

    number: str
    placed_at: datetime
    status: OrderStatus
    refunded: RefundStatus
    total: Money
    first: str
    units: int
    by_email: bool = False


def list_orders_of(*, user_id: UserId, page: int, size: int) -> tuple[list[ListedOrder], int]:
    """Return one page of a customer's orders, newest first, and the number of all. Two statements."""
    own = Order.user_id == user_id
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Order).where(own)) or 0
    of_order = OrderLine.order_id == Order.id
    first = sa.select(OrderLine.name).where(of_order).order_by(OrderLine.position).limit(1).scalar_subquery()
    units = sa.select(sa.func.sum(OrderLine.quantity)).where(of_order).scalar_subquery()
    rows = db.session.execute(
        sa.select(
            Order.number,
            Order.placed_at,
            Order.status,
            Order.refund_status,
            Order.total,
            Order.currency,
            first,
            units,
            Order.delivery_code,
        )
        .where(own)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    listed = [
        ListedOrder(
            number,
            placed_at,
            status,
            refunded,
            Money(amount, currency),
            name or "",
            count or 0,
            by_email=code == BY_EMAIL,
        )
        for number, placed_at, status, refunded, amount, currency, name, count, code in rows
    ]
    return listed, total
