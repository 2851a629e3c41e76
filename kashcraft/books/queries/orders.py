"""Orders: totals are the sums of their lines, what they claimed is what stands in the ledgers of others."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kashcraft.books.queries.checking import Check, sums, whole
from kashcraft.gift_cards.models import EntryKind, GiftCardUsage
from kashcraft.orders.models import Order, OrderLine, OrderStatus, Refund, RefundLine
from kashcraft.vouchers.models import UsageStatus, VoucherUsage

# Tax rates are parts per million.
PPM = 1_000_000
# An order that ended before it was paid holds nothing any more.
STANDS = sa.or_(Order.paid_at.is_not(None), Order.status == OrderStatus.PENDING)


def _of_lines(amount: Any, found: Any, more: Any = 0) -> sa.Select[Any, Any, Any]:
    lines = sums(OrderLine.order_id, amount)
    return sa.select(Order.number, whole(lines.c.amount) + more, found).outerjoin(
        lines, lines.c.key == Order.id
    )


def _subtotal() -> sa.Select[Any, Any, Any]:
    return _of_lines(OrderLine.unit_price * OrderLine.quantity, Order.subtotal)


def _discount_total() -> sa.Select[Any, Any, Any]:
    return _of_lines(OrderLine.discount, Order.discount_total)


def _tax_total() -> sa.Select[Any, Any, Any]:
    return _of_lines(OrderLine.tax, Order.tax_total, Order.shipping_tax)


def _total() -> sa.Select[Any, Any, Any]:
    """Work the total out from the lines: where prices contain the tax it is inside them already."""
    on_top = sa.case((Order.prices_include_tax, 0), else_=OrderLine.tax)
    lines = (
        sa.select(
            OrderLine.order_id.label("key"),
            sa.func.sum(OrderLine.gross - OrderLine.discount + on_top).label("amount"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .group_by(OrderLine.order_id)
        .subquery()
    )
    delivery = Order.shipping_total + sa.case((Order.prices_include_tax, 0), else_=Order.shipping_tax)
    return sa.select(Order.number, whole(lines.c.amount) + delivery, Order.total).outerjoin(
        lines, lines.c.key == Order.id
    )


def _amount_due() -> sa.Select[Any, Any, Any]:
    return sa.select(Order.number, Order.total - Order.gift_card_total, Order.amount_due)


def _line_tax() -> sa.Select[Any, Any, Any]:
    """Work out the tax of each line once more: on top of its price or inside it, rounded half up."""
    price, rate = OrderLine.gross - OrderLine.discount, OrderLine.tax_rate
    whole_price = sa.case((Order.prices_include_tax, PPM + rate), else_=PPM)
    tax = (2 * price * rate + whole_price) // (2 * whole_price)
    return sa.select(OrderLine.id, tax, OrderLine.tax).join(Order, Order.id == OrderLine.order_id)


def _gift_cards() -> sa.Select[Any, Any, Any]:
    """Compare what cards have paid for good: the order's part less what refunds gave back to them."""
    taken = sums(
        GiftCardUsage.order_id,
        -GiftCardUsage.amount,
        GiftCardUsage.kind.in_([EntryKind.CHARGE, EntryKind.REFUND]),
    )
    returned = sums(Refund.order_id, Refund.gift_card_amount)
    expected = sa.case((STANDS, Order.gift_card_total - whole(returned.c.amount)), else_=0)
    return (
        sa.select(Order.number, expected, whole(taken.c.amount))
        .outerjoin(taken, taken.c.key == Order.id)
        .outerjoin(returned, returned.c.key == Order.id)
    )


def _vouchers() -> sa.Select[Any, Any, Any]:
    applied = sums(VoucherUsage.order_id, sa.literal(1), VoucherUsage.status == UsageStatus.APPLIED)
    uses = sa.and_(STANDS, Order.status != OrderStatus.CANCELLED, Order.voucher_code.is_not(None))
    expected = sa.case((uses, 1), else_=0)
    return sa.select(Order.number, expected, whole(applied.c.amount)).outerjoin(
        applied, applied.c.key == Order.id
    )


def _refunded_total() -> sa.Select[Any, Any, Any]:
    refunds = sums(Refund.order_id, Refund.amount)
    return sa.select(Order.number, whole(refunds.c.amount), Order.refunded_total).outerjoin(
        refunds, refunds.c.key == Order.id
    )


def _refunded_units() -> sa.Select[Any, Any, Any]:
    units = sums(RefundLine.order_line_id, RefundLine.quantity)
    return sa.select(OrderLine.id, whole(units.c.amount), OrderLine.refunded_quantity).outerjoin(
        units, units.c.key == OrderLine.id
    )


CHECKS = (
    Check("orders.subtotal", _subtotal),
    Check("orders.discount_total", _discount_total),
    Check("orders.line_tax", _line_tax),
    Check("orders.tax_total", _tax_total),
    Check("orders.total", _total),
    Check("orders.amount_due", _amount_due),
    Check("orders.gift_cards", _gift_cards),
    Check("orders.voucher", _vouchers),
    Check("orders.refunded_total", _refunded_total),
    Check("orders.refunded_quantity", _refunded_units),
)
