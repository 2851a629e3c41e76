"""Rules of orders: drafts, status transitions, limits of unpaid orders, invoices, returns and refunds."""

from kashcraft.orders.rules.draft import (
    BY_EMAIL,
    Delivery,
    DraftLine,
    OrderDraft,
    line_values,
    order_values,
)
from kashcraft.orders.rules.gifts import CardState
from kashcraft.orders.rules.invoice import TaxedPart, delivery_part, line_part, sums_by_rate
from kashcraft.orders.rules.limits import Limits, UnpaidOrder, earliest_order_time
from kashcraft.orders.rules.paid import net_of, paid_lines
from kashcraft.orders.rules.refunds import (
    LineRefund,
    RefundableLine,
    RefundAccount,
    RefundPlan,
    RefundRequest,
    full_refund_request,
    points_by_line,
    refund_status,
)
from kashcraft.orders.rules.refunds import plan as plan_refund
from kashcraft.orders.rules.returns import (
    RETURN_TRANSITIONS,
    may_return,
    return_origins,
    returnable,
    returnable_until,
)
from kashcraft.orders.rules.staff import StaffItem, StaffOrder, StaffReturn
from kashcraft.orders.rules.status import (
    CANCELLABLE,
    TO_FULFIL,
    TRANSITIONS,
    OrderStatus,
    RefundState,
    RefundStatus,
    ReturnReason,
    ReturnState,
    allows,
    is_before,
    is_refunded_before_shipping,
    origins,
)

__all__ = [
    "BY_EMAIL",
    "CANCELLABLE",
    "RETURN_TRANSITIONS",
    "TO_FULFIL",
    "TRANSITIONS",
    "CardState",
    "Delivery",
    "DraftLine",
    "Limits",
    "LineRefund",
    "OrderDraft",
    "OrderStatus",
    "RefundAccount",
    "RefundPlan",
    "RefundRequest",
    "RefundState",
    "RefundStatus",
    "RefundableLine",
    "ReturnReason",
    "ReturnState",
    "StaffItem",
    "StaffOrder",
    "StaffReturn",
    "TaxedPart",
    "UnpaidOrder",
    "allows",
    "delivery_part",
    "earliest_order_time",
    "full_refund_request",
    "is_before",
    "is_refunded_before_shipping",
    "line_part",
    "line_values",
    "may_return",
    "net_of",
    "order_values",
    "origins",
    "paid_lines",
    "plan_refund",
    "points_by_line",
    "refund_status",
    "return_origins",
    "returnable",
    "returnable_until",
    "sums_by_rate",
]
