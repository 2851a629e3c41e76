"""The pure side of orders: what a draft holds, which ways a status may go, and what people are shown."""

from kashcraft.orders.rules.draft import Delivery, DraftLine, OrderDraft, line_values, order_values
from kashcraft.orders.rules.page import (
    LinePicture,
    ShownLine,
    TimelineStep,
    TotalRow,
    paid_with,
    reasons,
    shown_lines,
    timeline,
    totals,
    written_day,
    written_span,
    written_time,
)
from kashcraft.orders.rules.paid import net_of, paid_lines, paid_without_card
from kashcraft.orders.rules.refunds import (
    Account,
    LineAccount,
    LinePart,
    RefundPlan,
    Wish,
    everything,
    refund_status,
)
from kashcraft.orders.rules.refunds import plan as plan_refund
from kashcraft.orders.rules.status import CANCELLABLE, TRANSITIONS, allows, before, origins, words_for

__all__ = [
    "CANCELLABLE",
    "TRANSITIONS",
    "Account",
    "Delivery",
    "DraftLine",
    "LineAccount",
    "LinePart",
    "LinePicture",
    "OrderDraft",
    "RefundPlan",
    "ShownLine",
    "TimelineStep",
    "TotalRow",
    "Wish",
    "allows",
    "before",
    "everything",
    "line_values",
    "net_of",
    "order_values",
    "origins",
    "paid_lines",
    "paid_with",
    "paid_without_card",
    "plan_refund",
    "reasons",
    "refund_status",
    "shown_lines",
    "timeline",
    "totals",
    "words_for",
    "written_day",
    "written_span",
    "written_time",
]
