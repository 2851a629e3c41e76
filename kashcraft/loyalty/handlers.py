"""Reactions of the loyalty program to registrations, sign-ins and paid orders."""

from __future__ import annotations

from kashcraft.core import clock
from kashcraft.events.accounts import CustomerRegistered, SignedIn
from kashcraft.events.orders import OrderPaid
from kashcraft.loyalty import services


def open_loyalty_account(event: CustomerRegistered) -> None:
    """Open a loyalty account for a new customer."""
    services.open_account(user_id=event.user_id, referred_by=event.referred_by_code)


def confirm_referral(event: SignedIn) -> None:
    """Mark the referral of a new customer as joined. Only a confirmed address can sign in."""
    services.mark_referral_joined(user_id=event.user_id)


def reward_purchase(event: OrderPaid) -> None:
    """Award the points for the merchandise of a paid order, and the points for a referred friend's first
    order.

    Gift cards earn no points.
    """
    goods = [line for line in event.lines if not line.is_gift_card]
    if event.user_id is None or not goods:
        return
    net = sum(line.net for line in goods)
    services.earn(order_id=event.order_id, user_id=event.user_id, net=net, at=clock.now())
    services.pay_referral(user_id=event.user_id, order_id=event.order_id)
