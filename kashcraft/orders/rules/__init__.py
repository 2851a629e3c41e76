"""What orders decide and calculate: what a draft holds, which ways a status may go, what a refund returns."""

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
from kashcraft.orders.rules.limits import Limits, UnpaidOrder, room_from
from kashcraft.orders.rules.paid import net_of, paid_lines
from kashcraft.orders.rules.refunds import (
    Account,
    LineAccount,
    LinePart,
    RefundPlan,
    Wish,
    everything,
    points_by_line,
    refund_status,
)
from kashcraft.orders.rules.refunds import plan as plan_refund
from kashcraft.orders.rules.returns import (
    RETURN_WAYS,
    may_return,
    return_origins,
    returnable,
    returnable_until,
)
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
    before,
    is_called_back,
    origins,
)

__all__ = [
    "BY_EMAIL",
    "CANCELLABLE",
    "RETURN_WAYS",
    "TO_FULFIL",
    "TRANSITIONS",
    "Account",
    "CardState",
    "Delivery",
    "DraftLine",
    "Limits",
    "LineAccount",
    "LinePart",
    "OrderDraft",
    "OrderStatus",
    "RefundPlan",
    "RefundState",
    "RefundStatus",
    "ReturnReason",
    "ReturnState",
    "TaxedPart",
    "UnpaidOrder",
    "Wish",
    "allows",
    "before",
    "delivery_part",
    "everything",
    "is_called_back",
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
    "room_from",
    "sums_by_rate",
]
