"""The pure side of orders: what a draft holds, which ways a status may go, and the words for people."""

from kashcraft.orders.rules.draft import Delivery, DraftLine, OrderDraft, line_values, order_values
from kashcraft.orders.rules.status import (
    CANCELLABLE,
    TRANSITIONS,
    allows,
    before,
    origins,
    words_for,
)

__all__ = [
    "CANCELLABLE",
    "TRANSITIONS",
    "Delivery",
    "DraftLine",
    "OrderDraft",
    "allows",
    "before",
    "line_values",
    "order_values",
    "origins",
    "words_for",
]
