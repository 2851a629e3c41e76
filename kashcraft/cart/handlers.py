"""What happens to carts when somebody signs in, and when an order that was placed from one ends."""

from __future__ import annotations

from kashcraft.cart import services
from kashcraft.cart.rules import MEMBER, MergeReport
from kashcraft.events.accounts import SignedIn
from kashcraft.events.orders import OrderCancelled, OrderExpired, OrderPaid


def merge_at_sign_in(event: SignedIn) -> MergeReport:
    """Bring the guest's cart into the member's; return what came over, for the browser to be told."""
    token = event.guest_tokens.get("cart")
    return services.merge_carts(user_id=event.user_id, token=token if token != MEMBER else None)


def detach_ended_order(event: OrderCancelled | OrderExpired) -> None:
    """Let the cart be ordered again."""
    services.detach_order(order_id=event.order_id)


def empty_paid_cart(event: OrderPaid) -> None:
    """Take out what was bought."""
    services.empty_after_payment(order_id=event.order_id)
