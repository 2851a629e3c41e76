"""Checks of payments and refunds: paid orders were paid, and refunds used the tenders they name."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.books.queries.checking import Check, Figures, amount_in, share, sums, total, whole
from kashcraft.orders.models import Order, OrderLine, Refund, RefundLine, RefundState
from kashcraft.payments.models import Payment, PaymentEvent, PaymentStatus

REFUNDED = PaymentEvent.kind == "refunded"
# A payment that its order did not need is refunded without a refund of the order.
SURPLUS = PaymentEvent.data["refund"].as_string() == "surplus"


def _paid() -> Figures:
    """Compare the amount due of paid orders with the payment that paid it."""
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


def _tenders() -> Figures:
    return sa.select(Refund.id, Refund.charged_amount + Refund.gift_card_amount, Refund.amount)


def _refund_lines() -> Figures:
    """Compare refunds with their lines and delivery; a late charge is refunded without lines."""
    lines = sums(RefundLine.refund_id, RefundLine.amount)
    return (
        sa.select(Refund.id, whole(lines.c.amount) + Refund.shipping_amount, Refund.amount)
        .join(Order, Order.id == Refund.order_id)
        .outerjoin(lines, lines.c.key == Refund.id)
        .where(Order.paid_at.is_not(None))
    )


def _line_tax() -> Figures:
    """Compare the refunded tax of a line with its rounded share of the line's tax.

    Lines above 2^31 minor units are left out, because the product in the share would exceed 64 bits.
    """
    refunded = (
        sa.select(
            RefundLine.order_line_id.label("key"),
            total(RefundLine.amount).label("amount"),
            total(RefundLine.tax_amount).label("tax"),
        )
        .group_by(RefundLine.order_line_id)
        .subquery()
    )
    cost = OrderLine.gross - OrderLine.discount + sa.case((Order.prices_include_tax, 0), else_=OrderLine.tax)
    return (
        sa.select(OrderLine.id, share(refunded.c.amount, OrderLine.tax, cost), refunded.c.tax)
        .join(Order, Order.id == OrderLine.order_id)
        .join(refunded, refunded.c.key == OrderLine.id)
        .where(cost < 2**31)
    )


def _tax() -> Figures:
    """Compare the tax of an order's refunds with the tax of their lines and their share of the delivery."""
    refunds = (
        sa.select(
            Refund.order_id.label("key"),
            total(Refund.tax_amount).label("tax"),
            total(Refund.shipping_amount).label("shipping"),
        )
        .group_by(Refund.order_id)
        .subquery()
    )
    lines = (
        sa.select(Refund.order_id.label("key"), total(RefundLine.tax_amount).label("tax"))
        .join(RefundLine, RefundLine.refund_id == Refund.id)
        .group_by(Refund.order_id)
        .subquery()
    )
    delivery = Order.shipping_total + sa.case((Order.prices_include_tax, 0), else_=Order.shipping_tax)
    return (
        sa.select(
            Order.number,
            whole(lines.c.tax) + share(refunds.c.shipping, Order.shipping_tax, delivery),
            refunds.c.tax,
        )
        .join(refunds, refunds.c.key == Order.id)
        .outerjoin(lines, lines.c.key == Order.id)
    )


def _amount() -> Figures:
    """Compare the amount of each payment with the amount due of its order."""
    return sa.select(Payment.id, Order.amount_due, Payment.amount).join(Order, Order.id == Payment.order_id)


def _refunded_amount() -> Figures:
    events = sums(PaymentEvent.payment_id, amount_in(PaymentEvent.data, "amount"), REFUNDED)
    return sa.select(Payment.id, whole(events.c.amount), Payment.refunded_amount).outerjoin(
        events, events.c.key == Payment.id
    )


def _paid_out() -> Figures:
    """Compare an order's finished refunds with the refunds of its payments, without surplus payments."""
    surplus = sums(PaymentEvent.payment_id, amount_in(PaymentEvent.data, "amount"), REFUNDED, SURPLUS)
    refunded = (
        sa.select(
            Payment.order_id.label("key"),
            total(Payment.refunded_amount - whole(surplus.c.amount)).label("amount"),
        )
        .outerjoin(surplus, surplus.c.key == Payment.id)
        .group_by(Payment.order_id)
        .subquery()
    )
    done = sums(Refund.order_id, Refund.charged_amount, Refund.state == RefundState.DONE)
    return (
        sa.select(Order.number, whole(done.c.amount), whole(refunded.c.amount))
        .outerjoin(done, done.c.key == Order.id)
        .outerjoin(refunded, refunded.c.key == Order.id)
    )


CHECKS = (
    Check("payments.paid", _paid, ("payments.amount",)),
    Check("payments.amount", _amount, ("payments.amount",)),
    Check(
        "refunds.tenders",
        _tenders,
        ("refunds.amount", "refunds.charged_amount", "refunds.gift_card_amount"),
    ),
    Check("refunds.lines", _refund_lines, ("refunds.shipping_amount", "refund_lines.amount")),
    Check("refunds.tax_amount", _tax, ("refunds.tax_amount",)),
    Check("refunds.line_tax", _line_tax, ("refund_lines.tax_amount",)),
    Check("payments.refunded_amount", _refunded_amount, ("payments.refunded_amount",)),
    Check("payments.paid_out", _paid_out, ("payments.refunded_amount",)),
)
