"""What refunds rest on, and those that the processor refuses."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.core.ids import OrderId
from kashcraft.core.money import Money
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderLine, Refund, RefundLine
from kashcraft.orders.rules import Account, LineAccount, RefundState


@dataclass(frozen=True, slots=True)
class RefusedRefund:
    """A refund that the processor refuses: whose it is, what is owed, and why it was made."""

    order_id: OrderId
    number: str
    owed: Money
    reason: str


def get_refund_account(order: Order) -> Account:
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


def list_refused_refunds(*, limit: int = 50) -> list[RefusedRefund]:
    """Return the oldest fifty refunds that the processor refuses. One statement."""
    rows = db.session.execute(
        sa.select(Order.id, Order.number, Refund.charged_amount, Order.currency, Refund.reason)
        .select_from(Refund)
        .join(Order, Order.id == Refund.order_id)
        .where(Refund.state == RefundState.FAILED)
        .order_by(Refund.created_at, Refund.id)
        .limit(limit)
    )
    return [
        RefusedRefund(order_id, number, Money(owed, currency), reason)
        for order_id, number, owed, currency, reason in rows
    ]
