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
from kashcraft.orders.rules.status import CANCELLABLE, TRANSITIONS, allows, before, origins, words_for

__all__ = [
    "CANCELLABLE",
    "TRANSITIONS",
    "Delivery",
    "DraftLine",
    "LinePicture",
    "OrderDraft",
    "ShownLine",
    "TimelineStep",
    "TotalRow",
    "allows",
    "before",
    "line_values",
    "order_values",
    "origins",
    "paid_with",
    "reasons",
    "shown_lines",
    "timeline",
    "totals",
    "words_for",
    "written_day",
    "written_span",
    "written_time",
]
