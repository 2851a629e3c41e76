"""What happens to carts when somebody signs in, and when an order that was placed from one ends."""

from __future__ import annotations

from kashcraft.cart import services
from kashcraft.core.context import remember_cart, remember_notice
from kashcraft.events.accounts import SignedIn
from kashcraft.events.orders import OrderCancelled, OrderExpired, OrderPaid

MEMBER = "member"


def merge_at_sign_in(event: SignedIn) -> None:
    """Bring the guest's cart into the member's, and tell the browser what the cart holds now."""
    token = event.cart_token if event.cart_token != MEMBER else None
    report = services.merge(user_id=event.user_id, token=token)
    remember_cart(MEMBER, report.count)
    if report.changed:
        remember_notice("bag_merged")


def let_go(event: OrderCancelled | OrderExpired) -> None:
    """Let the cart be ordered again."""
    services.detach_order(order_id=event.order_id)


def empty(event: OrderPaid) -> None:
    """Take out what was bought."""
    services.empty_after_payment(order_id=event.order_id)
