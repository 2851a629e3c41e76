"""Reactions of checkouts to the end of their orders."""

from __future__ import annotations

from kashcraft.checkout import services
from kashcraft.events.orders import OrderCancelled, OrderExpired, OrderPaid


def close_paid_checkout(event: OrderPaid) -> None:
    """Close the checkout of the paid order."""
    services.close_checkout(order_id=event.order_id)


def restart_checkout(event: OrderCancelled | OrderExpired) -> None:
    """Restart the checkout of the unpaid order with the same details."""
    services.restart_checkout(order_id=event.order_id)
