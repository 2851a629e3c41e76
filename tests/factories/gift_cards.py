"""Gift cards, issued by their service."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kashcraft.core.db import in_step
from kashcraft.gift_cards import services
from kashcraft.gift_cards.models import GiftCard


def make_card(value: int = 10_000, **values: Any) -> tuple[GiftCard, str]:
    """Issue a card of ``value`` cents and return it with its code."""
    context = {name: values.pop(name) for name in ("order_id", "user_id", "code") if name in values}
    new = services.NewCard(value=value, currency="USD", **values)
    card, code = in_step(lambda: services.issue(card=new, **context))
    assert code is not None
    return card, code


def pay(order_id: UUID, *amounts: tuple[GiftCard, int]) -> dict[UUID, int]:
    """Charge cards for an order and return the charged amounts."""
    pairs = [(card.id, amount) for card, amount in amounts]
    return in_step(lambda: services.charge(order_id=order_id, amounts=pairs))
