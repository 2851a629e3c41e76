"""The tier of a member, upgrades, progress, risk and projections."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kashcraft.loyalty.rules import (
    RiskLevel,
    Tier,
    TierProgress,
    TierTerms,
    effective_tier,
    first_misplaced_tier,
    is_at_least,
    progress,
    projected_date,
    risk_level,
    tier_earned,
)

JOINED = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 4, 11, tzinfo=UTC)
LADDER = [
    TierTerms(tier=Tier.BRONZE, qualifying_points=0, net_spend=0),
    TierTerms(tier=Tier.SILVER, qualifying_points=500, net_spend=250_00),
    TierTerms(tier=Tier.GOLD, qualifying_points=2_000, net_spend=1_000_00),
    TierTerms(tier=Tier.PLATINUM, qualifying_points=5_000, net_spend=3_000_00),
]


def progress_to(tier: Tier, points: int, spend: int, done: int) -> TierProgress:
    """Return the progress to a tier with these missing figures; ``done`` is in basis points."""
    return TierProgress(tier=tier, points_missing=points, spend_missing=spend, done_bp=done)


@pytest.mark.parametrize(
    ("points", "spend", "tier"),
    [
        (0, 0, Tier.BRONZE),
        (499, 250_00, Tier.BRONZE),
        (500, 249_99, Tier.BRONZE),
        (500, 250_00, Tier.SILVER),
        (9_000, 999_99, Tier.SILVER),
        (2_000, 1_000_00, Tier.GOLD),
        (4_999, 9_000_00, Tier.GOLD),
        (5_000, 3_000_00, Tier.PLATINUM),
    ],
)
def test_tier_requires_both_figures_limits_included(points: int, spend: int, tier: Tier) -> None:
    assert tier_earned(LADDER, points, spend) is tier


def test_tier_is_bronze_without_terms() -> None:
    assert tier_earned([], 9_000, 9_000_00) is Tier.BRONZE


@pytest.mark.parametrize(
    ("points", "spend", "until", "tier"),
    [
        (500, 250_00, None, Tier.SILVER),
        (500, 250_00, NOW + timedelta(seconds=1), Tier.GOLD),
        (500, 250_00, NOW, Tier.SILVER),
        (5_000, 3_000_00, NOW + timedelta(days=1), Tier.PLATINUM),
    ],
)
def test_upgrade_raises_the_tier_by_one_until_it_ends(
    points: int, spend: int, until: datetime | None, tier: Tier
) -> None:
    assert effective_tier(LADDER, points, spend, until, NOW) is tier


@pytest.mark.parametrize(
    ("tier", "required", "met"),
    [
        (Tier.BRONZE, None, True),
        (Tier.BRONZE, Tier.SILVER, False),
        (Tier.SILVER, Tier.SILVER, True),
        (Tier.PLATINUM, Tier.SILVER, True),
    ],
)
def test_required_tier_is_met_by_the_same_and_higher_tiers(
    tier: Tier, required: Tier | None, met: bool
) -> None:
    assert is_at_least(tier, required) is met


@pytest.mark.parametrize(
    ("tier", "points", "spend", "way"),
    [
        (Tier.BRONZE, 250, 200_00, progress_to(Tier.SILVER, 250, 50_00, 5_000)),
        (Tier.BRONZE, 700, 25_00, progress_to(Tier.SILVER, 0, 225_00, 1_000)),
        (Tier.GOLD, 5_000, 3_000_00, progress_to(Tier.PLATINUM, 0, 0, 10_000)),
        (Tier.PLATINUM, 0, 0, None),
    ],
)
def test_progress_is_that_of_the_lower_figure(
    tier: Tier, points: int, spend: int, way: TierProgress | None
) -> None:
    assert progress(LADDER, tier, points, spend) == way


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (0, RiskLevel.SAFE),
        (89, RiskLevel.SAFE),
        (90, RiskLevel.AT_RISK),
        (179, RiskLevel.AT_RISK),
        (180, RiskLevel.INACTIVE),
    ],
)
def test_risk_grows_after_90_and_180_days_without_a_purchase(days: int, level: RiskLevel) -> None:
    limits = {"at_risk_after": timedelta(days=90), "inactive_after": timedelta(days=180)}
    assert risk_level(NOW - timedelta(days=days), NOW, **limits) is level


@pytest.mark.parametrize(
    ("reached", "goal", "expected"),
    [
        (250, 500, datetime(2026, 7, 20, tzinfo=UTC)),
        (400, 500, datetime(2026, 5, 6, tzinfo=UTC)),
        (500, 500, NOW),
        (0, 0, NOW),
        (0, 500, None),
        (-10, 500, None),
    ],
)
def test_a_goal_is_projected_at_the_pace_so_far(reached: int, goal: int, expected: datetime | None) -> None:
    assert projected_date(JOINED, NOW, reached, goal) == expected


def test_there_is_no_projection_in_the_first_month() -> None:
    assert projected_date(NOW - timedelta(days=29), NOW, 100, 500) is None
    assert projected_date(NOW - timedelta(days=30), NOW, 100, 500) == NOW + timedelta(days=120)
    assert projected_date(NOW, NOW, 500, 500) == NOW


def terms(points: list[int], spend: list[int]) -> list[TierTerms]:
    """Return the four tiers with these requirements."""
    figures = zip(Tier, points, spend, strict=True)
    return [TierTerms(tier=tier, qualifying_points=one, net_spend=other) for tier, one, other in figures]


@pytest.mark.parametrize(
    ("points", "spend", "wrong"),
    [
        ([0, 500, 2_000, 5_000], [0, 250, 1_000, 3_000], None),
        ([0, 500, 2_000, 5_000], [0, 250, 250, 250], None),
        ([1, 500, 2_000, 5_000], [0, 250, 1_000, 3_000], Tier.BRONZE),
        ([0, 500, 2_000, 5_000], [1, 250, 1_000, 3_000], Tier.BRONZE),
        ([0, 500, 500, 5_000], [0, 250, 1_000, 3_000], Tier.GOLD),
        ([0, 500, 2_000, 1_999], [0, 250, 1_000, 3_000], Tier.PLATINUM),
        ([0, 500, 2_000, 5_000], [0, 250, 249, 3_000], Tier.GOLD),
    ],
)
def test_requirements_start_at_zero_and_rise(points: list[int], spend: list[int], wrong: Tier | None) -> None:
    assert first_misplaced_tier(terms(points, spend)) is wrong
    assert first_misplaced_tier(list(reversed(terms(points, spend)))) is wrong
