"""Orders as pages read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core import reading
from kashcraft.core.db import db
from kashcraft.core.emails import comparable
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import OrderId, OrderLineId, UserId, clean_reference
from kashcraft.core.money import Money
from kashcraft.gift_cards import queries as gift_cards
from kashcraft.gift_cards.models import GiftCardStatus
from kashcraft.orders import rules
from kashcraft.orders.models import (
    BY_EMAIL,
    Order,
    OrderLine,
    OrderStatus,
    Refund,
    RefundLine,
    RefundStatus,
    ReturnRequest,
)
from kashcraft.orders.rules import Account, CardState, LineAccount


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """An order in somebody's list; ``first`` is the name of its first line, ``units`` counts all pieces."""

    number: str
    placed_at: datetime
    status: OrderStatus
    refunded: RefundStatus
    total: Money
    first: str
    units: int
    by_email: bool = False


def order_numbers(order_ids: Collection[OrderId]) -> dict[OrderId, str]:
    """Return the numbers of orders by their ids. One statement, none for no orders."""
    if not order_ids:
        return {}
    rows = reading.rows(sa.select(Order.id, Order.number).where(Order.id.in_(order_ids)))
    return {row.id: row.number for row in rows}


def visible(*, number: str, user_id: UserId | None, opened_id: OrderId | None) -> Order:
    """Return an order with its lines, history and refunds, for its owner or who brings its signed key.

    ``user_id`` is who is signed in, ``opened_id`` the order that the key opens. Raises NotFound for everybody
    else, as for an order that does not exist. Four statements.
    """
    rows = (
        sa.select(Order)
        .where(Order.number == (clean_reference(number, "KC") or ""))
        .options(selectinload(Order.lines), selectinload(Order.events), selectinload(Order.refunds))
    )
    order = db.session.scalars(rows).one_or_none()
    if order is None or not _may_see(order, user_id, opened_id):
        raise NotFound("no_order", number=number)
    return order


def find(*, number: str, email: str) -> Order | None:
    """Return the order of that number and e-mail address, or None; it is not told which of them was wrong."""
    return db.session.scalar(
        sa.select(Order).where(
            Order.number == (clean_reference(number, "KC") or ""), Order.email_key == comparable(email)
        )
    )


def mine(*, user_id: UserId, page: int, size: int) -> tuple[list[ListedOrder], int]:
    """Return one page of a person's orders, newest first, and how many there are. Two statements."""
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
            pieces or 0,
            by_email=code == BY_EMAIL,
        )
        for number, placed_at, status, refunded, amount, currency, name, pieces, code in rows
    ]
    return listed, total


def returns_of(order_id: OrderId) -> Sequence[ReturnRequest]:
    """Return an order's returns with their lines, the oldest first. Two statements, one without any."""
    rows = (
        sa.select(ReturnRequest)
        .where(ReturnRequest.order_id == order_id)
        .options(selectinload(ReturnRequest.lines))
        .order_by(ReturnRequest.requested_at, ReturnRequest.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(rows).all()


def card_states(lines: Sequence[OrderLine]) -> dict[OrderLineId, CardState]:
    """Return where the gift cards of an order's lines are: as long as one of a line waits, the line does.

    One statement, none for an order without gift cards.
    """
    of_cards = [line.id for line in lines if line.is_gift_card]
    cards = gift_cards.list_of_lines(of_cards) if of_cards else []
    found: dict[OrderLineId, CardState] = {}
    for card in cards:
        assert card.order_line_id is not None
        state = CardState(card.deliver_at, card.sent_at, card.status is GiftCardStatus.CANCELLED)
        before = found.get(card.order_line_id)
        if before is None or before.cancelled or (state.sent_at is None and not state.cancelled):
            found[card.order_line_id] = state
    return found


def refund_account(order: Order) -> Account:
    """Return a paid order as refunds see it. Two statements, exact behind the order's lock."""
    back = sa.func.coalesce(sa.func.sum(RefundLine.amount), 0)
    rows = db.session.execute(
        sa.select(OrderLine, back)
        .outerjoin(RefundLine, RefundLine.order_line_id == OrderLine.id)
        .where(OrderLine.order_id == order.id)
        .group_by(OrderLine.id)
        .order_by(OrderLine.position)
        .execution_options(populate_existing=True)
    ).all()
    shipping, charged = db.session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(Refund.shipping_amount), 0),
            sa.func.coalesce(sa.func.sum(Refund.charged_amount), 0),
        ).where(Refund.order_id == order.id)
    ).one()
    on_top = 0 if order.prices_include_tax else order.shipping_tax
    points = rules.points_by_line(order.points_spent, [line.points_discount for line, _ in rows])
    return Account(
        lines=tuple(
            _line_account(order, line, spent, int(refunded))
            for (line, refunded), spent in zip(rows, points, strict=True)
        ),
        shipping=order.shipping_total + on_top,
        shipping_tax=order.shipping_tax,
        shipping_refunded=int(shipping),
        charged=order.amount_due,
        charged_back=int(charged),
    )


def _line_account(order: Order, line: OrderLine, points: int, refunded: int) -> LineAccount:
    return LineAccount(
        line_id=line.id,
        quantity=line.quantity,
        total=rules.net_of(order, line) + line.tax,
        tax=line.tax,
        points=points,
        is_gift_card=line.is_gift_card,
        returned=line.refunded_quantity,
        refunded=refunded,
    )


def _may_see(order: Order, user_id: UserId | None, opened_id: OrderId | None) -> bool:
    return opened_id == order.id or (user_id is not None and user_id == order.user_id)
