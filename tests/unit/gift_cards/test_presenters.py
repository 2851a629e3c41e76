"""The sender of a card."""

from __future__ import annotations

import pytest

from kashcraft.gift_cards import presenters
from kashcraft.gift_cards.models import GiftCard


@pytest.mark.parametrize(
    ("buyer", "name", "sender_name"),
    [
        ("ada@shop.example", "Ada", "Ada"),
        ("Zoon@Shop.example", "Zoon", ""),
        ("ada@shop.example", None, ""),
        (None, "Ada", "Ada"),
    ],
)
def test_card_for_oneself_has_no_sender(buyer: str | None, name: str | None, sender_name: str) -> None:
    card = GiftCard(purchased_by_email=buyer, purchased_by_name=name, recipient_email="zoon@shop.example")
    assert presenters.sender_name(card) == sender_name
