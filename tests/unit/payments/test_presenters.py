"""Texts about payments."""

from __future__ import annotations

from kashcraft.payments import presenters
from kashcraft.payments.gateways import cards
from kashcraft.payments.models import PaymentStatus as S


def test_every_decline_of_a_test_card_has_a_text() -> None:
    codes = {card.decline_code for card in cards.CARDS if card.decline_code}
    assert codes <= set(presenters.DECLINES)
    assert presenters.decline_reason(S.FAILED, "something new") == str(presenters.UNKNOWN_DECLINE)
    assert presenters.decline_reason(S.CANCELLED, None) == str(presenters.CANCELLED)


def test_a_card_is_named_by_brand_and_last_digits() -> None:
    assert presenters.method_name("Visa", "4242") == "Visa ending 4242"
    assert presenters.method_name(None, "4242") == "Card ending 4242"
    assert presenters.method_name("Visa", None) == ""
