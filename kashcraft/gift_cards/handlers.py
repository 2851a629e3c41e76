"""Reactions of gift cards to events."""

from __future__ import annotations

from kashcraft.events.orders import OrderPaid
from kashcraft.gift_cards import services


def issue_paid(event: OrderPaid) -> None:
    """Issue the cards of a paid order, one for each unit of its gift card lines."""
    for line in event.lines:
        if line.is_gift_card and line.gift is not None:
            services.issue_line(
                order_id=event.order_id,
                line_id=line.line_id,
                quantity=line.quantity,
                unit_price=line.unit_price,
                gift=line.gift,
                user_id=event.user_id,
            )
