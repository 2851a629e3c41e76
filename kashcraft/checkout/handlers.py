"""What happens to a checkout when the order that was placed from it ends."""

from __future__ import annotations

from kashcraft.checkout import services
from kashcraft.events.orders import OrderCancelled, OrderExpired, OrderPaid


def close_paid_checkout(event: OrderPaid) -> None:
    """End the checkout: what it was for is bought."""
    services.close_checkout(order_id=event.order_id)


def restart_checkout(event: OrderCancelled | OrderExpired) -> None:
    """Begin another checkout, so that nothing has to be typed again."""
    services.restart_checkout(order_id=event.order_id)
