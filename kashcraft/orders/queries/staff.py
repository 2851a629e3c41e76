"""Orders as the back office lists them: by status, searched and sorted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core.backlog import Backlog
from kashcraft.core.db import db
from kashcraft.core.ids import UserId
from kashcraft.core.money import Money
from kashcraft.core.text_folding import fold
from kashcraft.orders.models import Order
from kashcraft.orders.rules import BY_EMAIL, TO_FULFIL, OrderStatus, RefundStatus, StaffItem, StaffOrder

# What a list of orders can be sorted by. Unpaid orders have waited since they were placed.
SORTED_BY: Mapping[str, sa.SQLColumnExpression[object]] = {
    "age": sa.func.coalesce(Order.paid_at, Order.placed_at),
    "total": Order.total,
    "number": Order.number,
}


def search_orders(
    *,
    words: str = "",
    statuses: Collection[OrderStatus] = (),
    country: str = "",
    user_id: UserId | None = None,
    sort: str = "age",
    descending: bool = False,
    page: int = 1,
    size: int = 50,
) -> tuple[list[StaffOrder], int]:
    """Return one page of orders, and the number of all.

    Each of ``words`` is part of the number, of the e-mail address, or of a name, town or postal code
    of the order's addresses. With ``statuses`` orders are left out that staff have nothing to send of: those
    refunded in full, and those of gift cards only. With ``user_id`` only the orders of that customer are
    returned. ``sort`` is a key of ``SORTED_BY``; the age is that of the payment, oldest first unless
    ``descending``. Three statements.
    """
    wanted = list_matching(words)
    if statuses:
        wanted += [Order.status.in_(statuses), _needs_sending()]
    if user_id:
        wanted.append(Order.user_id == user_id)
    if country:
        wanted.append(Order.shipping_country == country)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Order).where(*wanted)) or 0
    key = SORTED_BY[sort]
    order = (key.desc(), Order.id.desc()) if descending else (key, Order.id)
    rows = sa.select(Order).where(*wanted).options(selectinload(Order.lines)).order_by(*order)
    found = db.session.scalars(rows.limit(size).offset((page - 1) * size))
    return [_staff_order(one) for one in found], total


def count_by_status() -> dict[OrderStatus, int]:
    """Return how many orders wait for staff or for their payment, by status; one without any is left out.

    Orders refunded in full and orders of gift cards only are not counted. One statement.
    """
    waiting = (*TO_FULFIL, OrderStatus.PENDING)
    rows = (
        sa.select(Order.status, sa.func.count())
        .where(Order.status.in_(waiting), _needs_sending())
        .group_by(Order.status)
    )
    return dict(db.session.execute(rows).all())


def list_order_backlogs() -> dict[OrderStatus, Backlog]:
    """Return the orders that wait for staff by status, the oldest by its payment. One statement.

    Orders refunded in full and orders of gift cards only are left out.
    """
    oldest = sa.func.min(Order.paid_at)
    rows = (
        sa.select(Order.status, sa.func.count(), oldest)
        .where(Order.status.in_(TO_FULFIL), _needs_sending())
        .group_by(Order.status)
    )
    return {status: Backlog(count, since) for status, count, since in db.session.execute(rows)}


def _staff_order(order: Order) -> StaffOrder:
    left = [line for line in order.lines if line.quantity > line.refunded_quantity]
    return StaffOrder(
        id=order.id,
        number=order.number,
        status=order.status,
        refund_status=order.refund_status,
        by_email=order.by_email,
        waiting_since=order.paid_at or order.placed_at,
        customer=order.shipping_address.get("full_name") or order.email,
        country=order.shipping_country,
        delivery=order.delivery_name,
        total=Money(order.total, order.currency),
        items=tuple(
            StaffItem(
                name=line.name,
                options=line.options,
                units=line.quantity - (line.refunded_quantity if left else 0),
            )
            for line in left or order.lines
        ),
    )


def _needs_sending() -> sa.ColumnElement[bool]:
    return sa.and_(Order.refund_status != RefundStatus.FULL, Order.delivery_code != BY_EMAIL)


def list_matching(words: str) -> list[sa.ColumnElement[bool]]:
    """Return a condition for each of ``words``: it is part of the number, or of what an order is found by."""
    return [_contains(word) for word in fold(words).split()]


def _contains(word: str) -> sa.ColumnElement[bool]:
    number = word.upper().replace("-", "")
    return sa.or_(
        Order.search_key.contains(word, autoescape=True),
        sa.func.replace(Order.number, "-", "").contains(number, autoescape=True),
    )
