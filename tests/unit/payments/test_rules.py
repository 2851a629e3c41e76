"""Statuses of payments, and checks of cards."""

from __future__ import annotations

from datetime import date

import pytest

from kashcraft.payments import rules
from kashcraft.payments.gateways import cards
from kashcraft.payments.models import PaymentStatus

S = PaymentStatus


@pytest.mark.parametrize(
    ("status", "replaceable"),
    [
        (S.CREATED, set()),
        (S.REQUIRES_ACTION, {S.CREATED}),
        (S.PROCESSING, {S.CREATED, S.REQUIRES_ACTION}),
        (S.CANCELLED, {S.CREATED, S.REQUIRES_ACTION, S.PROCESSING}),
        (S.FAILED, {S.CREATED, S.REQUIRES_ACTION, S.PROCESSING}),
        (S.SUCCEEDED, {S.CREATED, S.REQUIRES_ACTION, S.PROCESSING, S.CANCELLED, S.FAILED}),
    ],
)
def test_a_status_is_replaced_by_higher_ranks_only(status: S, replaceable: set[S]) -> None:
    assert set(rules.replaceable_by(status)) == replaceable


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        ("4242424242424242", True),
        ("4242424242424241", False),
        ("378282246310005", True),
        ("2424242424242424", False),
        ("0", False),
        ("", False),
        ("424242424242424x", False),
        ("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", False),
    ],
)
def test_the_check_digit_of_a_card_is_verified(digits: str, right: bool) -> None:
    assert rules.passes_luhn(digits) is right


@pytest.mark.parametrize("card", cards.CARDS, ids=lambda card: card.number)
def test_every_test_card_has_a_valid_number_and_is_found_by_its_printed_form(card: cards.SandboxCard) -> None:
    assert rules.passes_luhn(card.number)
    assert cards.find_card(rules.card_digits(card.spaced)) is card


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("04/30", date(2030, 4, 1)),
        (" 4 / 30 ", date(2030, 4, 1)),
        ("0430", date(2030, 4, 1)),
        ("12/2031", date(2031, 12, 1)),
        ("13/30", None),
        ("00/30", None),
        ("04/3", None),
        ("soon", None),
    ],
)
def test_expiry_dates_are_read_in_common_spellings(text: str, month: date | None) -> None:
    assert rules.read_expiry(text) == month


@pytest.mark.parametrize(
    ("today", "expired"), [(date(2026, 3, 31), False), (date(2026, 4, 1), True), (date(2026, 2, 1), False)]
)
def test_a_card_is_valid_until_the_end_of_its_month(today: date, expired: bool) -> None:
    assert rules.has_expired(date(2026, 3, 1), today) is expired
