"""Codes, states, and which card gets a refund."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from kashcraft.core.errors import DomainError
from kashcraft.core.formats import Formats
from kashcraft.core.ids import ALPHABET, new_id
from kashcraft.gift_cards import rules
from kashcraft.gift_cards.models import GiftCard, GiftCardStatus
from kashcraft.gift_cards.presenters import REFUSALS
from kashcraft.gift_cards.rules import GiftCardState, Paid
from tests.factories.rows import LATER, NOW

A, B, C = (UUID(int=number) for number in (1, 2, 3))


def test_codes_carry_at_least_75_random_bits() -> None:
    assert len(ALPHABET) ** rules.RANDOM_CHARACTERS > 2**79
    assert not set(ALPHABET) & set("ILOUZ")


def test_codes_are_written_in_four_groups_of_four() -> None:
    codes = {rules.new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        prefix, *groups = code.split("-")
        assert prefix == "GC"
        assert [len(group) for group in groups] == [4, 4, 4, 4]
        assert set("".join(groups)) <= set(ALPHABET)
    assert len(set("".join(codes)) - {"-"}) == len(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "GC-7K40-XQ21-9HTW-3FRD",
        "gc7k40xq219htw3frd",
        " gc 7k40 xq21 9htw 3frd ",
        "GC\u20137K40\u2014XQ21\u20119HTW\u22123FRD",
        "GC-7K4O-XQ2I-9HTW-3FRD",
        "gc-7k4o-xq2l-9htw-3frd",
        "7K40-XQ21-9HTW-3FRD",
    ],
)
def test_typed_code_is_read_in_any_case_with_dashes_and_look_alikes(typed: str) -> None:
    assert rules.canonical(typed) == "7K40XQ219HTW3FRD"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "GC",
        "GC-7K4M",
        "GC-7K4M-XQ2P-9HTW-3FR",
        "GC-7K4M-XQ2P-9HTW-3FRDD",
        "GC-7K4M-XQ2P-9HTW-3FRZ",
        "ÄÄÄÄ" * 4,
    ],
)
def test_impossible_code_is_none(typed: str) -> None:
    assert rules.canonical(typed) is None
    assert not rules.looks_like_code(typed)


def test_only_codes_with_the_prefix_look_like_gift_cards() -> None:
    assert rules.looks_like_code("gc-7k4m-xq2p-9htw-3frd")
    assert not rules.looks_like_code("7K4M-XQ2P-9HTW-3FRD")
    assert not rules.looks_like_code("SPRING-10")


@drawn(st.lists(st.sampled_from("- \u2013"), min_size=5, max_size=5), st.booleans())
def test_every_code_is_found_however_it_is_typed(gaps: list[str], small: bool) -> None:
    code = rules.new_code()
    typed = "".join(part + gap for part, gap in zip(code.split("-"), gaps, strict=True))
    assert rules.canonical(typed.lower() if small else typed) == code.removeprefix("GC-").replace("-", "")


def test_the_hash_of_a_code_depends_on_every_character_and_on_the_key() -> None:
    one = rules.code_hash("key", "7K4MXQ2P9HTW3FRD")
    assert len(one) == 64
    assert one == rules.code_hash("key", "7K4MXQ2P9HTW3FRD")
    assert one != rules.code_hash("key", "7K4MXQ2P9HTW3FRE")
    assert one != rules.code_hash("other", "7K4MXQ2P9HTW3FRD")


def a_card(**values: Any) -> GiftCard:
    defaults = {"status": GiftCardStatus.ACTIVE, "current_balance": 500, "expires_at": LATER}
    return GiftCard(**(defaults | values))


@pytest.mark.parametrize(
    ("values", "moment", "state", "refusal"),
    [
        ({}, NOW, GiftCardState.ACTIVE, None),
        ({"expires_at": None}, LATER, GiftCardState.ACTIVE, None),
        ({}, LATER - timedelta(microseconds=1), GiftCardState.ACTIVE, None),
        ({}, LATER, GiftCardState.EXPIRED, "gift_card_expired"),
        ({"current_balance": 0}, NOW, GiftCardState.USED, "gift_card_empty"),
        ({"current_balance": 0}, LATER, GiftCardState.EXPIRED, "gift_card_expired"),
        ({"status": GiftCardStatus.CANCELLED}, NOW, GiftCardState.CANCELLED, "gift_card_unknown"),
        ({"status": GiftCardStatus.CANCELLED}, LATER, GiftCardState.CANCELLED, "gift_card_unknown"),
    ],
)
def test_state_follows_from_status_balance_and_expiry(
    values: dict[str, Any], moment: datetime, state: GiftCardState, refusal: str | None
) -> None:
    card = a_card(**values)
    assert rules.state_of(card, moment) is state
    assert rules.refusal(card, moment) == refusal
    assert rules.usable_balance(card, moment) == (500 if refusal is None else 0)
    assert refusal is None or str(REFUSALS[refusal]).endswith(".")


def test_unknown_code_is_refused_like_a_cancelled_card() -> None:
    assert rules.refusal(None, NOW) == "gift_card_unknown"


def test_amounts_are_added_by_card_in_locking_order() -> None:
    assert list(rules.merged([(B, 5), (A, 3), (B, 7)]).items()) == [(A, 3), (B, 12)]
    with pytest.raises(ValueError, match="at least one minor unit"):
        rules.merged([(A, 0)])


SOON, LAST = NOW + timedelta(days=10), NOW + timedelta(days=99)


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        (0, []),
        (1, [(C, 1)]),
        (2_000, [(C, 2_000)]),
        (2_500, [(B, 500), (C, 2_000)]),
        (5_000, [(B, 3_000), (C, 2_000)]),
        (5_001, [(A, 1), (B, 3_000), (C, 2_000)]),
        (6_000, [(A, 1_000), (B, 3_000), (C, 2_000)]),
    ],
)
def test_card_that_expires_last_is_refunded_first(amount: int, parts: list[tuple[UUID, int]]) -> None:
    paid = [Paid(A, 1_000, SOON), Paid(B, 3_000, LAST), Paid(C, 2_000, None)]
    assert rules.split_refund(paid, amount) == parts


def test_newer_of_two_cards_with_one_expiry_is_refunded_first() -> None:
    assert rules.split_refund([Paid(A, 5, SOON), Paid(B, 5, SOON)], 6) == [(A, 1), (B, 5)]


def test_refund_above_the_payments_is_refused() -> None:
    with pytest.raises(DomainError, match="gift_card_refund_too_much") as refusal:
        rules.split_refund([Paid(A, 5, None), Paid(B, 5, None)], 11)
    assert refusal.value.details == {"available": 10}


@drawn(
    st.lists(st.tuples(st.integers(1, 10_000), st.none() | st.integers(0, 400)), min_size=1, max_size=5),
    st.lists(st.integers(1, 5_000), max_size=20),
)
def test_partial_refunds_add_up_to_the_payment_of_each_card(
    cards: list[tuple[int, int | None]], requests: list[int]
) -> None:
    ends = {new_id(): (amount, None if day is None else NOW + timedelta(days=day)) for amount, day in cards}
    left = {card_id: amount for card_id, (amount, _) in ends.items()}
    for request in [*requests, sum(left.values())]:
        paid = [Paid(card_id, left[card_id], end) for card_id, (_, end) in ends.items()]
        amount = min(request, sum(left.values()))
        parts = rules.split_refund(paid, amount)
        assert sum(part for _, part in parts) == amount
        for card_id, part in parts:
            left[card_id] -= part
        assert min(left.values()) >= 0
    assert sum(left.values()) == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, None),
        (NOW - timedelta(days=400), NOW + timedelta(days=30)),
        (NOW + timedelta(days=29), NOW + timedelta(days=30)),
        (NOW + timedelta(days=31), NOW + timedelta(days=31)),
    ],
)
def test_refunded_money_can_be_spent_for_thirty_days(before: datetime | None, after: datetime | None) -> None:
    assert rules.end_after_refund(before, NOW, timedelta(days=30)) == after


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"value": 0}, "gift_card_value"),
        ({"value": 10_000_000_001}, "gift_card_value"),
        ({"value": 1, "count": 0}, "gift_card_count"),
        ({"value": 1, "count": 5_001}, "gift_card_count"),
    ],
)
def test_invalid_value_or_count_is_refused(values: dict[str, int], code: str) -> None:
    with pytest.raises(DomainError, match=code):
        rules.check_issue(**values)


def test_a_card_is_shown_by_its_last_four() -> None:
    assert rules.label("3FRD") == "…3FRD"


@pytest.mark.parametrize(
    ("ends", "zone", "day"),
    [
        (None, "UTC", None),
        (datetime(2027, 1, 1, tzinfo=UTC), "UTC", date(2026, 12, 31)),
        (datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC), "UTC", date(2027, 1, 1)),
        (datetime(2026, 12, 31, 18, 30, tzinfo=UTC), "Asia/Kolkata", date(2026, 12, 31)),
        (datetime(2026, 12, 31, 18, 31, tzinfo=UTC), "Asia/Kolkata", date(2027, 1, 1)),
    ],
)
def test_card_can_pay_on_its_last_day(ends: datetime | None, zone: str, day: date | None) -> None:
    assert rules.last_day(ends, Formats(zone=ZoneInfo(zone))) == day
