"""One member: what the tiers need, in sentences."""

from __future__ import annotations

import pytest

from kashcraft.backoffice.customers.presenters.member import (
    REFERRALS,
    REWARDS,
    missing_text,
    requirement_text,
)
from kashcraft.core.formats import Formats
from kashcraft.loyalty.rules import ReferralState, RewardStatus, Tier, TierProgress, TierTerms

FORMATS = Formats("en_US", "UTC")


@pytest.mark.parametrize(
    ("tier", "points", "spend", "text"),
    [
        (Tier.BRONZE, 0, 0, "Bronze needs nothing: every member starts there."),
        (Tier.SILVER, 500, 250_00, "Silver needs 500 lifetime points and $250.00 net spend."),
        (Tier.GOLD, 1, 0, "Gold needs 1 lifetime point."),
        (Tier.GOLD, 0, 5, "Gold needs $0.05 net spend."),
    ],
)
def test_a_tier_says_what_it_needs(tier: Tier, points: int, spend: int, text: str) -> None:
    terms = TierTerms(tier=tier, qualifying_points=points, net_spend=spend)

    assert requirement_text(terms, "USD", FORMATS) == text


@pytest.mark.parametrize(
    ("points", "spend", "text"),
    [
        (100, 20_00, "Still missing: 100 points and $20.00 net spend."),
        (1, 0, "Still missing: 1 point."),
        (0, 20_00, "Still missing: $20.00 net spend."),
        (0, 0, ""),
    ],
)
def test_what_is_missing_for_the_next_tier(points: int, spend: int, text: str) -> None:
    progress = TierProgress(tier=Tier.SILVER, points_missing=points, spend_missing=spend, done_bp=0)

    assert missing_text(progress, "USD", FORMATS) == text


def test_every_status_of_rewards_and_referrals_has_a_label() -> None:
    assert (set(REWARDS), set(REFERRALS)) == (set(RewardStatus), set(ReferralState))
