"""How an order was paid, as text."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.core.i18n import gettext as _
from kashcraft.orders.models import Order, OrderEvent


def paid_with(events: Sequence[OrderEvent]) -> str:
    """Return what paid an order ("Visa ending 4242"), empty for an unpaid order."""
    return next((str(event.data.get("method", "")) for event in events if event.kind == "paid"), "")


def paid_without_card(order: Order) -> str:
    """Return what paid an order that had nothing left to charge."""
    if order.gift_card_total and order.points_spent:
        return _("Gift card and points")
    return _("Gift card") if order.gift_card_total else _("Points") if order.points_spent else ""
