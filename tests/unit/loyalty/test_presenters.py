"""Texts of tiers, ledger entries, benefits, rewards and changes."""

from __future__ import annotations

from typing import Any

import pytest

from kashcraft.core.formats import Formats
from kashcraft.loyalty.models import PointsType, SourceType, Tier
from kashcraft.loyalty.presenters import (
    changed_words,
    entry_words,
    multiplier_words,
    perks,
    tier_name,
    upgrade_words,
)

BRONZE: dict[str, Any] = {
    "multiplier_bp": 10_000,
    "unit": "$1.00",
    "birthday": 50,
    "shipping": "none",
    "shipping_from": "",
    "early": False,
    "first": False,
    "formats": Formats(),
}


@pytest.mark.parametrize(
    ("points_type", "source_type", "reason", "words"),
    [
        (PointsType.EARN, SourceType.PURCHASE, None, "Earned by an order"),
        (PointsType.REVERSAL, SourceType.REFUND, None, "Taken back with a refund"),
        (PointsType.REVERSAL, SourceType.REDEMPTION, None, "Given back"),
        (PointsType.REDEEM, SourceType.REWARD, "5.00 off", "Redeemed for a reward: 5.00 off"),
        (PointsType.ADJUSTMENT, SourceType.STAFF, "Lost parcel", "Corrected by us: Lost parcel"),
        (PointsType.EARN, SourceType.LOT, None, "Points"),
    ],
)
def test_entries_have_names(
    points_type: PointsType, source_type: SourceType, reason: str | None, words: str
) -> None:
    assert entry_words(points_type, source_type, reason) == words


@pytest.mark.parametrize(("multiplier", "words"), [(10_000, "1"), (12_500, "1.25"), (15_000, "1.5")])
def test_multipliers_are_written_as_numbers(multiplier: int, words: str) -> None:
    assert multiplier_words(multiplier, Formats()) == words


def test_bronze_has_points_and_birthday_points() -> None:
    assert perks(**BRONZE) == ["1 point for each $1.00 spent on items", "50 points on your birthday"]


def test_higher_tiers_have_delivery_early_access_and_priority() -> None:
    terms = {"multiplier_bp": 20_000, "birthday": 0, "shipping": "express", "early": True, "first": True}
    assert perks(**BRONZE | terms) == [
        "2 points for each $1.00 spent on items",
        "Free express delivery",
        "Early access to new pieces",
        "First on every waiting list",
    ]
    silver = perks(**BRONZE | {"shipping": "standard", "shipping_from": "$50.00"})
    assert silver[1] == "Free standard delivery from $50.00"


def test_upgrade_text_states_the_months() -> None:
    assert (upgrade_words(1), upgrade_words(3)) == ("One tier up for 1 month.", "One tier up for 3 months.")


def test_every_tier_has_a_name() -> None:
    assert [tier_name(tier) for tier in Tier] == ["Bronze", "Silver", "Gold", "Platinum"]


@pytest.mark.parametrize(
    ("field", "values", "words"),
    [
        ("name", ["Spring", "Summer"], "Name: Spring → Summer"),
        ("description", [None, "Soft"], "Description: – → Soft"),
        ("early_access", [False, True], "Early access to new products: no → yes"),
        ("net_spend", [0, 50_000], "Net spend: $0.00 → $500.00"),
        ("multiplier_bp", [10_000, 12_500], "Points per unit spent: 1 → 1.25"),
        ("points_cost", [500, 1_500], "Price in points: 500 → 1,500"),
        ("ends_at", [None, "2026-03-02T10:00:00+00:00"], "Until: – → March 2, 2026, 10:00\xa0AM"),
        ("free_shipping", ["none", "express"], "Free delivery: none → express"),
        ("value", [2, 3], "Value: 2 → 3"),
        ("min_tier_required", ["silver", None], "Available to: Silver → –"),
    ],
)
def test_a_change_names_its_field_before_and_after(field: str, values: list[Any], words: str) -> None:
    assert changed_words({field: values}, "USD", Formats(), worth_is_money=False) == [words]


def test_the_worth_of_a_discount_is_an_amount() -> None:
    assert changed_words({"value": [500, 750]}, "USD", Formats(), worth_is_money=True) == [
        "Value: $5.00 → $7.50"
    ]
