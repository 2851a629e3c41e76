"""What entries, perks and rewards are called."""

from __future__ import annotations

from typing import Any

import pytest

from kashcraft.core.formats import Formats
from kashcraft.loyalty.models import PointsType, SourceType
from kashcraft.loyalty.rules import entry_words, multiplier_words, perks, upgrade_words

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


def test_bronze_earns_and_celebrates() -> None:
    assert perks(**BRONZE) == ["1 point for each $1.00 spent on items", "50 points on your birthday"]


def test_higher_tiers_have_delivery_drops_and_the_first_place() -> None:
    terms = {"multiplier_bp": 20_000, "birthday": 0, "shipping": "express", "early": True, "first": True}
    assert perks(**BRONZE | terms) == [
        "2 points for each $1.00 spent on items",
        "Free express delivery",
        "Early access to new pieces",
        "First on every waiting list",
    ]
    silver = perks(**BRONZE | {"shipping": "standard", "shipping_from": "$50.00"})
    assert silver[1] == "Free standard delivery from $50.00"


def test_upgrades_are_written_out() -> None:
    assert (upgrade_words(1), upgrade_words(3)) == ("One tier up for 1 month", "One tier up for 3 months")
