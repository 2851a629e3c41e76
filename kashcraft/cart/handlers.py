"""Reactions of carts to sign-ins and to the end of orders."""

from __future__ import annotations

from kashcraft.cart import services
from kashcraft.cart.rules import MEMBER, MergeReport
from kashcraft.events.accounts import SignedIn
from kashcraft.events.orders import OrderCancelled, OrderExpired, OrderPaid


def merge_at_sign_in(event: SignedIn) -> MergeReport:
    """Merge the guest cart into the member's cart. Return a report that the view shows to the member."""
    token = event.guest_tokens.get("cart")
    return services.merge_carts(user_id=event.user_id, token=token if token != MEMBER else None)


def detach_ended_order(event: OrderCancelled | OrderExpired) -> None:
    """Detach the ended order from its cart, so that the cart can be ordered again."""
    services.detach_order(order_id=event.order_id)


def empty_paid_cart(event: OrderPaid) -> None:
    """Remove the paid lines from the cart."""
    services.empty_after_payment(order_id=event.order_id)
