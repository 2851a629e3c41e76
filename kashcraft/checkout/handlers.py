"""What happens to a checkout when the order that was placed from it ends."""

from __future__ import annotations

from kashcraft.checkout import services
from kashcraft.events.orders import OrderCancelled, OrderExpired, OrderPaid


def close(event: OrderPaid) -> None:
    """End the checkout: what it was for is bought."""
    services.close(order_id=event.order_id)


def start_over(event: OrderCancelled | OrderExpired) -> None:
    """Begin another checkout, so that nothing has to be typed again."""
    services.start_over(order_id=event.order_id)
