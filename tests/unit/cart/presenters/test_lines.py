"""Labels and notes of cart lines."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from kashcraft.cart.presenters import gift_sentence, line_label, line_notes, obstacle
from kashcraft.cart.rules import CartItem, Contents, Gift
from kashcraft.core.formats import Formats

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SHAWL = CartItem(
    line_id=UUID(int=1), product_id=UUID(int=2), page_id=UUID(int=3), name="Shawl", slug="shawl",
    options="Colour: madder", sku="S-1", picture=None, quantity=2, unit_price=9000, regular_price=10000,
    seen_price=9000, currency="USD", free=10, is_active=True, is_saved=False, weight_grams=300,
    tax_class="standard", is_gift_card=False,
)  # fmt: skip
NOOR = Gift(
    recipient_name="Noor", recipient_email="noor@example.com", message="Well done", design="card-lake",
    deliver_on=date(2026, 3, 10),
)  # fmt: skip


def shawl(**changes: object) -> CartItem:
    return replace(SHAWL, **changes)


@pytest.mark.parametrize(
    ("changes", "codes", "can_be_bought"),
    [
        ({}, [], True),
        ({"free": 3}, ["few_left"], True),
        ({"free": 2}, ["few_left"], True),
        ({"free": 1}, ["too_few"], False),
        ({"free": 0}, ["sold_out"], False),
        ({"is_active": False, "free": 0, "seen_price": 1}, ["no_longer_made"], False),
        ({"seen_price": 8000}, ["price_changed"], True),
        ({"seen_price": 8000, "free": 2}, ["few_left", "price_changed"], True),
    ],
)
def test_a_line_has_its_notes(changes: dict[str, object], codes: list[str], can_be_bought: bool) -> None:
    item = shawl(**changes)
    assert [note.code for note in line_notes(item, Formats())] == codes
    assert item.can_be_bought is can_be_bought
    assert any(note.blocks for note in line_notes(item, Formats())) is not can_be_bought


def test_a_changed_price_is_shown_with_both_amounts() -> None:
    assert (
        line_notes(shawl(seen_price=8000), Formats())[0].text == "The price has risen from $80.00 to $90.00."
    )
    assert (
        line_notes(shawl(seen_price=9500), Formats())[0].text == "The price has fallen from $95.00 to $90.00."
    )


def test_a_label_has_the_name_options_and_recipient() -> None:
    assert line_label(SHAWL) == "Shawl, Colour: madder"
    assert line_label(shawl(options="", gift=NOOR)) == "Shawl, for Noor"
    assert line_label(shawl(options="", gift=Gift())) == "Shawl, for you"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"free": 1}, "Something in your bag was sold in the meantime."),
        ({"free": 1, "held_until": NOW}, "Somebody else is paying for something in your bag now."),
        ({"limit": 1}, "Your bag holds more of something than one order may."),
    ],
)
def test_an_obstacle_names_the_common_reason(changes: dict[str, object], words: str) -> None:
    assert obstacle(Contents(items=(SHAWL, shawl(**changes)))) == words


def test_a_gift_card_shows_its_recipient_and_delivery_date() -> None:
    assert gift_sentence(NOOR, Formats()) == "For Noor, sent on March 10, 2026 to noor@example.com"
    assert (
        gift_sentence(Gift(), Formats()) == "For you, sent as soon as it is paid to your own e-mail address"
    )
