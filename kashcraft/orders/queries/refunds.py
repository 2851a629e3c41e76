"""Reads of refunds: the account behind a refund, and refunds that the processor has refused."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.core.backlog import Backlog
from kashcraft.core.db import db
from kashcraft.core.ids import OrderId
from kashcraft.core.money import Money
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderLine, Refund, RefundLine
from kashcraft.orders.rules import RefundableLine, RefundAccount, RefundState


@dataclass(frozen=True, slots=True)
class FailedRefund:
    """A refund that the processor has refused; ``owed`` is the amount still to be refunded."""

    order_id: OrderId
    number: str
    owed: Money
    reason: str


def get_refund_account(order: Order) -> RefundAccount:
    """Return a paid order as refunds see it. Two statements; exact only while the order is locked."""
    refunded = sa.func.coalesce(sa.func.sum(RefundLine.amount), 0)
    rows = db.session.execute(
        sa.select(OrderLine, refunded)
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
    return RefundAccount(
        lines=tuple(
            _line_account(order, line, spent, int(amount))
            for (line, amount), spent in zip(rows, points, strict=True)
        ),
        shipping=order.shipping_total + on_top,
        shipping_tax=order.shipping_tax,
        shipping_refunded=int(shipping),
        charged=order.amount_due,
        charged_back=int(charged),
    )


def _line_account(order: Order, line: OrderLine, points: int, refunded: int) -> RefundableLine:
    return RefundableLine(
        line_id=line.id,
        quantity=line.quantity,
        total=rules.net_of(order, line) + line.tax,
        tax=line.tax,
        points=points,
        is_gift_card=line.is_gift_card,
        returned=line.refunded_quantity,
        refunded=refunded,
    )


def list_failed_refunds(*, limit: int = 50) -> list[FailedRefund]:
    """Return the oldest ``limit`` refunds that the processor has refused. One statement."""
    rows = db.session.execute(
        sa.select(Order.id, Order.number, Refund.charged_amount, Order.currency, Refund.reason)
        .select_from(Refund)
        .join(Order, Order.id == Refund.order_id)
        .where(Refund.state == RefundState.FAILED)
        .order_by(Refund.created_at, Refund.id)
        .limit(limit)
    )
    return [
        FailedRefund(order_id, number, Money(owed, currency), reason)
        for order_id, number, owed, currency, reason in rows
    ]


def get_refused_refund_backlog() -> Backlog:
    """Return the refunds that the processor has refused, the oldest by its creation. One statement."""
    rows = sa.select(sa.func.count(), sa.func.min(Refund.created_at))
    return Backlog(*db.session.execute(rows.where(Refund.state == RefundState.FAILED)).one())
