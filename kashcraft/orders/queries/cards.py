"""Reads of the gift cards that were bought in orders."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.core.ids import OrderLineId
from kashcraft.gift_cards import queries as gift_cards
from kashcraft.gift_cards.models import GiftCardStatus
from kashcraft.orders.models import OrderLine
from kashcraft.orders.rules import CardState


def list_card_states(lines: Sequence[OrderLine]) -> dict[OrderLineId, CardState]:
    """Return the delivery state of an order's gift cards by line.

    A line with an unsent card counts as unsent. One statement, none for an order without gift cards.
    """
    of_cards = [line.id for line in lines if line.is_gift_card]
    cards = gift_cards.list_of_lines(of_cards) if of_cards else []
    found: dict[OrderLineId, CardState] = {}
    for card in cards:
        assert card.order_line_id is not None
        state = CardState(card.deliver_at, card.sent_at, card.status is GiftCardStatus.CANCELLED)
        before = found.get(card.order_line_id)
        if before is None or before.cancelled or (state.sent_at is None and not state.cancelled):
            found[card.order_line_id] = state
    return found
