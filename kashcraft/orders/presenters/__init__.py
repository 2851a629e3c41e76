"""An order as its pages, its invoice and its e-mails show it: status, progress, totals, lines, gift cards."""

from kashcraft.orders.presenters.gifts import ShownGift, gift_steps, shown_gifts
from kashcraft.orders.presenters.invoice import invoice
from kashcraft.orders.presenters.lines import LinePicture, ShownLine, shown_lines
from kashcraft.orders.presenters.paid import paid_with, paid_without_card
from kashcraft.orders.presenters.returns import RETURN_LABELS, RETURN_REASONS
from kashcraft.orders.presenters.status import words_for, words_of
from kashcraft.orders.presenters.thanks import next_steps
from kashcraft.orders.presenters.timeline import TimelineStep, expected_days, timeline
from kashcraft.orders.presenters.totals import TotalRow, reasons, totals, whole_trace

__all__ = [
    "RETURN_LABELS",
    "RETURN_REASONS",
    "LinePicture",
    "ShownGift",
    "ShownLine",
    "TimelineStep",
    "TotalRow",
    "expected_days",
    "gift_steps",
    "invoice",
    "next_steps",
    "paid_with",
    "paid_without_card",
    "reasons",
    "shown_gifts",
    "shown_lines",
    "timeline",
    "totals",
    "whole_trace",
    "words_for",
    "words_of",
]
