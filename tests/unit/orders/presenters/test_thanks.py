"""The next steps on the thank-you page."""

from __future__ import annotations

from uuid import UUID

from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.orders.presenters import ShownGift, next_steps
from kashcraft.orders.rules import BY_EMAIL
from tests.factories.drafts import made_order

CARD = ShownGift(
    UUID(int=1), "Bob", "bob@shop.example", "", Money(3000, "USD"), 1, None, "On its way to Bob", "current"
)
PACKS = "We prepare and pack your order. Until we begin, you can cancel it on this page."


def test_next_steps_name_packing_shipping_and_expected_days() -> None:
    assert next_steps(made_order(), [CARD], Formats()) == [
        PACKS,
        "You get an e-mail when it ships.",
        "It should arrive March 5 – 9, 2026.",
        "On its way to Bob (bob@shop.example)",
    ]
    without_days = next_steps(made_order(delivery_from=None), [], Formats())
    assert without_days == [PACKS, "You get an e-mail when it ships.", "It goes to the address below."]


def test_next_steps_of_gift_cards_name_no_packing() -> None:
    assert next_steps(made_order(delivery_code=BY_EMAIL), [CARD], Formats()) == [
        "On its way to Bob (bob@shop.example)",
        "What is not spent stays on the card.",
    ]
