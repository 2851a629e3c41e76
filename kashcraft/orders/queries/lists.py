"""Lists of orders: of a customer, of staff, and of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core.db import db
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.ids import UserId, clean_reference
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderLine
from kashcraft.orders.rules import BY_EMAIL, TO_FULFIL, OrderStatus, RefundStatus


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


def list_to_fulfil(*, page: int, size: int) -> tuple[Sequence[Order], int]:
    """Return one page of the orders to be fulfilled with their lines, and the number of all.

    The first paid is first. Orders that were refunded in full and orders of gift cards only are left out.
    Three statements.
    """
    waiting = _to_fulfil()
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Order).where(waiting)) or 0
    rows = (
        sa.select(Order)
        .where(waiting)
        .options(selectinload(Order.lines))
        .order_by(Order.paid_at, Order.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return db.session.scalars(rows).all(), total


def count_to_fulfil() -> dict[OrderStatus, int]:
    """Return how many orders wait for staff in each status, none for a status without any. One statement."""
    counted = sa.select(Order.status, sa.func.count()).where(_to_fulfil()).group_by(Order.status)
    return dict(db.session.execute(counted).tuples().all())


def _to_fulfil() -> sa.ColumnElement[bool]:
    return sa.and_(
        Order.status.in_(TO_FULFIL),
        Order.refund_status != RefundStatus.FULL,
        Order.delivery_code != BY_EMAIL,
    )


def search_orders(*, words: str) -> Sequence[Order]:
    """Return the newest fifty orders with this number or e-mail address, with their lines. Two statements."""
    number = clean_reference(words, "KC") or ""
    rows = (
        sa.select(Order)
        .where(sa.or_(Order.number == number, Order.email_key == normalized_address(words)))
        .options(selectinload(Order.lines))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(50)
    )
    return db.session.scalars(rows).all()
