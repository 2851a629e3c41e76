"""Checks of orders: totals are the sums of lines, and claims are in the ledgers of other packages."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.books.queries.checking import Check, Column, Figures, share, sums, total, whole
from kashcraft.gift_cards.models import EntryKind, GiftCardUsage
from kashcraft.loyalty.models import LoyaltyReward, PointsHistory, PointsType, RewardType, SourceType
from kashcraft.orders.models import Order, OrderLine, OrderStatus, Refund, RefundLine
from kashcraft.vouchers.models import UsageStatus, VoucherUsage

# Tax rates are parts per million.
PPM = 1_000_000
# An order that ended before it was paid has no claims any more.
HAS_CLAIMS = sa.or_(Order.paid_at.is_not(None), Order.status == OrderStatus.PENDING)


def _of_lines(amount: Column, found: Column, more: Column | None = None) -> Figures:
    lines = sums(OrderLine.order_id, amount)
    return sa.select(
        Order.number, whole(lines.c.amount) + (more if more is not None else 0), found
    ).outerjoin(lines, lines.c.key == Order.id)


def _subtotal() -> Figures:
    return _of_lines(OrderLine.unit_price * OrderLine.quantity, Order.subtotal)


def _discount_total() -> Figures:
    return _of_lines(OrderLine.discount, Order.discount_total)


def _tax_total() -> Figures:
    return _of_lines(OrderLine.tax, Order.tax_total, Order.shipping_tax)


def _total() -> Figures:
    """Calculate the total from the lines; with tax included it is part of their prices."""
    on_top = sa.case((Order.prices_include_tax, 0), else_=OrderLine.tax)
    lines = (
        sa.select(
            OrderLine.order_id.label("key"),
            total(OrderLine.gross - OrderLine.discount + on_top).label("amount"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .group_by(OrderLine.order_id)
        .subquery()
    )
    delivery = Order.shipping_total + sa.case((Order.prices_include_tax, 0), else_=Order.shipping_tax)
    return sa.select(Order.number, whole(lines.c.amount) + delivery, Order.total).outerjoin(
        lines, lines.c.key == Order.id
    )


def _amount_due() -> Figures:
    return sa.select(Order.number, Order.total - Order.gift_card_total, Order.amount_due)


def _line_tax() -> Figures:
    """Calculate the tax of each line: on top of its price or inside it, rounded half up."""
    price, rate = OrderLine.gross - OrderLine.discount, OrderLine.tax_rate
    whole_price = sa.case((Order.prices_include_tax, PPM + rate), else_=PPM)
    # Divided before it is multiplied, so that no value exceeds 64 bits.
    tax = price // whole_price * rate + share(price % whole_price, rate, whole_price)
    return sa.select(OrderLine.id, tax, OrderLine.tax).join(Order, Order.id == OrderLine.order_id)


def _gift_cards() -> Figures:
    """Compare the gift card part of an order, less refunds to gift cards, with the charges of gift cards."""
    charged = sums(
        GiftCardUsage.order_id,
        -GiftCardUsage.amount,
        GiftCardUsage.kind.in_([EntryKind.CHARGE, EntryKind.REFUND]),
    )
    returned = sums(Refund.order_id, Refund.gift_card_amount)
    expected = sa.case((HAS_CLAIMS, Order.gift_card_total - whole(returned.c.amount)), else_=0)
    return (
        sa.select(Order.number, expected, whole(charged.c.amount))
        .outerjoin(charged, charged.c.key == Order.id)
        .outerjoin(returned, returned.c.key == Order.id)
    )


def _vouchers() -> Figures:
    applied = sums(VoucherUsage.order_id, sa.literal(1), VoucherUsage.status == UsageStatus.APPLIED)
    uses = sa.and_(HAS_CLAIMS, Order.status != OrderStatus.CANCELLED, Order.voucher_code.is_not(None))
    expected = sa.case((uses, 1), else_=0)
    return sa.select(Order.number, expected, whole(applied.c.amount)).outerjoin(
        applied, applied.c.key == Order.id
    )


def _voucher_amounts(figure: Column, found: Column) -> Figures:
    return sa.select(Order.number, figure, found).join(VoucherUsage, VoucherUsage.order_id == Order.id)


def _voucher_discount() -> Figures:
    """Compare the discount of a voucher with the order's discount without points.

    Orders with a reward that lowers the price of goods are left out, because its part is not stored
    separately.
    """
    points = sums(OrderLine.order_id, OrderLine.points_discount)
    lowers_price = sa.select(LoyaltyReward.id).where(
        LoyaltyReward.id == Order.reward_id,
        LoyaltyReward.reward_type.in_([RewardType.DISCOUNT, RewardType.FREE_ITEM]),
    )
    return (
        _voucher_amounts(Order.discount_total - whole(points.c.amount), VoucherUsage.discount_amount)
        .outerjoin(points, points.c.key == Order.id)
        .where(~lowers_price.exists())
    )


def _voucher_order_total() -> Figures:
    return _voucher_amounts(Order.subtotal, VoucherUsage.order_total)


def _voucher_final_total() -> Figures:
    return _voucher_amounts(Order.total, VoucherUsage.final_total)


def _points_spent() -> Figures:
    """Compare the points of an order with its largest redemption."""
    spent = (
        sa.select(
            PointsHistory.order_id.label("key"), sa.func.max(-PointsHistory.points_amount).label("amount")
        )
        .where(PointsHistory.points_type == PointsType.REDEEM, PointsHistory.order_id.is_not(None))
        .group_by(PointsHistory.order_id)
        .subquery()
    )
    return sa.select(Order.number, whole(spent.c.amount), Order.points_spent).outerjoin(
        spent, spent.c.key == Order.id
    )


def _points() -> Figures:
    """Compare the points of an order with its redemptions that were not reversed."""
    ended = aliased(PointsHistory)
    reversed_by = sa.select(ended.id).where(
        ended.user_id == PointsHistory.user_id,
        ended.points_type == PointsType.REVERSAL,
        ended.source_type == SourceType.REDEMPTION,
        ended.source_id == PointsHistory.source_id,
    )
    redeemed = sums(
        PointsHistory.order_id,
        -PointsHistory.points_amount,
        PointsHistory.points_type == PointsType.REDEEM,
        PointsHistory.order_id.is_not(None),
        ~reversed_by.exists(),
    )
    expected = sa.case((HAS_CLAIMS, Order.points_spent), else_=0)
    return sa.select(Order.number, expected, whole(redeemed.c.amount)).outerjoin(
        redeemed, redeemed.c.key == Order.id
    )


def _refunded_total() -> Figures:
    refunds = sums(Refund.order_id, Refund.amount)
    return sa.select(Order.number, whole(refunds.c.amount), Order.refunded_total).outerjoin(
        refunds, refunds.c.key == Order.id
    )


def _refunded_units() -> Figures:
    units = sums(RefundLine.order_line_id, RefundLine.quantity)
    return sa.select(OrderLine.id, whole(units.c.amount), OrderLine.refunded_quantity).outerjoin(
        units, units.c.key == OrderLine.id
    )


CHECKS = (
    Check(
        "orders.subtotal", _subtotal, ("orders.subtotal", "order_lines.unit_price", "order_lines.quantity")
    ),
    Check("orders.discount_total", _discount_total, ("orders.discount_total", "order_lines.discount")),
    Check("orders.line_tax", _line_tax, ("order_lines.tax",)),
    Check("orders.tax_total", _tax_total, ("orders.tax_total", "orders.shipping_tax")),
    Check("orders.total", _total, ("orders.total", "orders.shipping_total", "order_lines.gross")),
    Check("orders.amount_due", _amount_due, ("orders.amount_due",)),
    Check("orders.gift_cards", _gift_cards, ("orders.gift_card_total",)),
    Check("orders.voucher", _vouchers, ()),
    Check(
        "voucher_usages.discount_amount",
        _voucher_discount,
        ("voucher_usages.discount_amount", "order_lines.points_discount"),
    ),
    Check("voucher_usages.order_total", _voucher_order_total, ("voucher_usages.order_total",)),
    Check("voucher_usages.final_total", _voucher_final_total, ("voucher_usages.final_total",)),
    Check("orders.points_spent", _points_spent, ("orders.points_spent",)),
    Check("orders.points", _points, ("orders.points_spent",)),
    Check("orders.refunded_total", _refunded_total, ("orders.refunded_total",)),
    Check(
        "orders.refunded_quantity",
        _refunded_units,
        ("order_lines.refunded_quantity", "refund_lines.quantity"),
    ),
)
