"""The tier of a member, the progress to the next tier, and the risk of losing the member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

WHOLE_BP = 10_000
# A purchase on the first day is no basis for a projection.
PACE_AFTER = timedelta(days=30)


class Tier(StrEnum):
    """The tiers, lowest first."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


LADDER = list(Tier)


class RiskLevel(StrEnum):
    """How long ago a member made the last purchase, as a level of risk."""

    SAFE = "safe"
    AT_RISK = "at_risk"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTerms:
    """The requirements of a tier: lifetime points, and net spend in minor units. Both are required."""

    tier: Tier
    qualifying_points: int
    net_spend: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierProgress:
    """The progress to the next tier: missing points, missing spend, and the completed part in basis points.

    Both figures are required, so the completed part is the lower of the two.
    """

    tier: Tier
    points_missing: int
    spend_missing: int
    done_bp: int


def is_at_least(tier: Tier, required: Tier | None) -> bool:
    """Return whether ``tier`` is the required tier or a higher one. No requirement is always met."""
    return required is None or LADDER.index(tier) >= LADDER.index(required)


def tier_earned(terms: Sequence[TierTerms], points: int, spend: int) -> Tier:
    """Return the highest tier whose points and spend are both reached, limits included; bronze if there is
    none.
    """
    reached = [item.tier for item in terms if points >= item.qualifying_points and spend >= item.net_spend]
    return max(reached, key=LADDER.index, default=Tier.BRONZE)


def effective_tier(
    terms: Sequence[TierTerms], points: int, spend: int, lift_until: datetime | None, moment: datetime
) -> Tier:
    """Return the tier at ``moment``: the earned tier, or the next one while an upgrade runs."""
    earned = tier_earned(terms, points, spend)
    if lift_until is None or lift_until <= moment:
        return earned
    return LADDER[min(LADDER.index(earned) + 1, len(LADDER) - 1)]


def first_misplaced_tier(terms: Sequence[TierTerms]) -> Tier | None:
    """Return the first tier whose requirements are out of order, or None if all are in order.

    The lowest tier requires nothing. Every other tier requires more points than the tier below it, and at
    least the same spend.
    """
    rungs = sorted(terms, key=lambda item: LADDER.index(item.tier))
    if rungs and (rungs[0].qualifying_points or rungs[0].net_spend):
        return rungs[0].tier
    for below, item in pairwise(rungs):
        if item.qualifying_points <= below.qualifying_points or item.net_spend < below.net_spend:
            return item.tier
    return None


def progress(terms: Sequence[TierTerms], tier: Tier, points: int, spend: int) -> TierProgress | None:
    """Return the progress from ``tier`` to the next one, or None in the highest tier."""
    above = [item for item in terms if LADDER.index(item.tier) == LADDER.index(tier) + 1]
    if not above:
        return None
    goal = above[0]
    parts = [
        min(max(reached, 0), wanted) * WHOLE_BP // wanted if wanted else WHOLE_BP
        for reached, wanted in ((points, goal.qualifying_points), (spend, goal.net_spend))
    ]
    return TierProgress(
        tier=goal.tier,
        points_missing=max(0, goal.qualifying_points - points),
        spend_missing=max(0, goal.net_spend - spend),
        done_bp=min(parts),
    )


def risk_level(
    last_purchase: datetime, moment: datetime, *, at_risk_after: timedelta, inactive_after: timedelta
) -> RiskLevel:
    """Return the risk at ``moment``. The limits are times without a purchase, and are included.

    For a member without purchases, ``last_purchase`` is when they joined.
    """
    silent = moment - last_purchase
    if silent >= inactive_after:
        return RiskLevel.INACTIVE
    return RiskLevel.AT_RISK if silent >= at_risk_after else RiskLevel.SAFE


def projected_date(start: datetime, moment: datetime, reached: int, goal: int) -> datetime | None:
    """Return when ``goal`` is reached if the figure grows as it did from ``start`` to ``moment``.

    The projection is linear. Returns ``moment`` if the goal is reached, and None if there is no growth yet or
    the time is too short to measure it.
    """
    if reached >= goal:
        return moment
    if reached <= 0 or moment - start < PACE_AFTER:
        return None
    return moment + (moment - start) * (goal - reached) / reached


def included_from(*, delivers: bool, free: bool, free_from: int) -> int | None:
    """Return the order value from which the tier includes the reward, or None if it does not.

    ``delivers`` states that the reward is free standard delivery, ``free`` that the tier includes it from
    ``free_from`` (minor units of goods after discounts).
    """
    return free_from if delivers and free else None
