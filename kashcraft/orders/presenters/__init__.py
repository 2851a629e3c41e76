"""Presenters of orders for pages, invoices and e-mails: status, timeline, totals, lines and gift cards."""

from kashcraft.orders.presenters.gifts import ShownGift, gift_steps, shown_gifts
from kashcraft.orders.presenters.invoice import invoice
from kashcraft.orders.presenters.lines import LinePicture, ShownLine, shown_lines
from kashcraft.orders.presenters.paid import paid_with, paid_without_card
from kashcraft.orders.presenters.returns import RETURN_LABELS, RETURN_REASONS
from kashcraft.orders.presenters.status import order_status_text, status_text
from kashcraft.orders.presenters.thanks import next_steps
from kashcraft.orders.presenters.timeline import TimelineStep, expected_days, timeline
from kashcraft.orders.presenters.totals import TotalRow, full_trace, reasons, totals

__all__ = [
    "RETURN_LABELS",
    "RETURN_REASONS",
    "LinePicture",
    "ShownGift",
    "ShownLine",
    "TimelineStep",
    "TotalRow",
    "expected_days",
    "full_trace",
    "gift_steps",
    "invoice",
    "next_steps",
    "order_status_text",
    "paid_with",
    "paid_without_card",
    "reasons",
    "shown_gifts",
    "shown_lines",
    "status_text",
    "timeline",
    "totals",
]
