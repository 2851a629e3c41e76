"""Money in and out: paid orders were paid, and refunds went back through the tenders they name."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kashcraft.books.queries.checking import Check, sums, whole
from kashcraft.orders.models import Order, Refund, RefundLine, RefundState
from kashcraft.payments.models import Payment, PaymentEvent, PaymentStatus

REFUNDED = PaymentEvent.kind == "refunded"
# A payment that its order did not need goes back without a refund of the order.
SURPLUS = PaymentEvent.data["refund"].as_string() == "surplus"


def _paid() -> sa.Select[Any, Any, Any]:
    """Compare what was due with the payment that paid it, for paid orders with something due."""
    payments = (
        sa.select(Payment.order_id.label("key"), sa.func.max(Payment.amount).label("amount"))
        .where(Payment.status == PaymentStatus.SUCCEEDED)
        .group_by(Payment.order_id)
        .subquery()
    )
    return (
        sa.select(Order.number, Order.amount_due, whole(payments.c.amount))
        .outerjoin(payments, payments.c.key == Order.id)
        .where(Order.paid_at.is_not(None), Order.amount_due > 0)
    )


def _tenders() -> sa.Select[Any, Any, Any]:
    return sa.select(Refund.id, Refund.charged_amount + Refund.gift_card_amount, Refund.amount)


def _refund_lines() -> sa.Select[Any, Any, Any]:
    """Compare refunds with their lines and delivery; a charge that came too late goes back without lines."""
    lines = sums(RefundLine.refund_id, RefundLine.amount)
    return (
        sa.select(Refund.id, whole(lines.c.amount) + Refund.shipping_amount, Refund.amount)
        .join(Order, Order.id == Refund.order_id)
        .outerjoin(lines, lines.c.key == Refund.id)
        .where(Order.paid_at.is_not(None))
    )


def _refunded_amount() -> sa.Select[Any, Any, Any]:
    events = sums(PaymentEvent.payment_id, PaymentEvent.data["amount"].as_integer(), REFUNDED)
    return sa.select(Payment.id, whole(events.c.amount), Payment.refunded_amount).outerjoin(
        events, events.c.key == Payment.id
    )


def _paid_out() -> sa.Select[Any, Any, Any]:
    """Compare an order's finished refunds with what its payments have given back, surplus apart."""
    surplus = sums(PaymentEvent.payment_id, PaymentEvent.data["amount"].as_integer(), REFUNDED, SURPLUS)
    given = (
        sa.select(
            Payment.order_id.label("key"),
            sa.func.sum(Payment.refunded_amount - whole(surplus.c.amount)).label("amount"),
        )
        .outerjoin(surplus, surplus.c.key == Payment.id)
        .group_by(Payment.order_id)
        .subquery()
    )
    done = sums(Refund.order_id, Refund.charged_amount, Refund.state == RefundState.DONE)
    return (
        sa.select(Order.number, whole(done.c.amount), whole(given.c.amount))
        .outerjoin(done, done.c.key == Order.id)
        .outerjoin(given, given.c.key == Order.id)
    )


CHECKS = (
    Check("payments.paid", _paid),
    Check("refunds.tenders", _tenders),
    Check("refunds.lines", _refund_lines),
    Check("payments.refunded_amount", _refunded_amount),
    Check("payments.paid_out", _paid_out),
)
