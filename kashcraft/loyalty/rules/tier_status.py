"""Where a member stands: the tier by their figures, the way to the next one, the risk of losing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

WHOLE_BP = 10_000
# One purchase on the first day says nothing about the next months.
PACE_AFTER = timedelta(days=30)


class Tier(StrEnum):
    """The tiers, from the first to the highest."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


LADDER = list(Tier)


class RiskLevel(StrEnum):
    """How long a member has not bought anything."""

    SAFE = "safe"
    AT_RISK = "at_risk"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTerms:
    """What a tier asks for: lifetime points, and net spend in minor units; it needs both."""

    tier: Tier
    qualifying_points: int
    net_spend: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierProgress:
    """The way to the next tier: what is missing of points and of spend, and the part done in basis points.

    The part done is that of the figure that is further behind, as both are needed.
    """

    tier: Tier
    points_missing: int
    spend_missing: int
    done_bp: int


def is_at_least(tier: Tier, required: Tier | None) -> bool:
    """Return whether ``tier`` is the required one or a higher one; nothing required is always met."""
    return required is None or LADDER.index(tier) >= LADDER.index(required)


def tier_earned(terms: Sequence[TierTerms], points: int, spend: int) -> Tier:
    """Return the highest tier both of whose figures are reached, bounds included; bronze at the least."""
    reached = [item.tier for item in terms if points >= item.qualifying_points and spend >= item.net_spend]
    return max(reached, key=LADDER.index, default=Tier.BRONZE)


def effective_tier(
    terms: Sequence[TierTerms], points: int, spend: int, lift_until: datetime | None, moment: datetime
) -> Tier:
    """Return the tier at ``moment``: the one earned, or while an upgrade runs the one above it."""
    earned = tier_earned(terms, points, spend)
    if lift_until is None or lift_until <= moment:
        return earned
    return LADDER[min(LADDER.index(earned) + 1, len(LADDER) - 1)]


def first_misplaced_tier(terms: Sequence[TierTerms]) -> Tier | None:
    """Return the first tier that is out of its place on the ladder, or None where all are in theirs.

    The first tier asks for nothing, as everybody has one. Each further one asks for more points than the tier
    below it, and for no less spend.
    """
    rungs = sorted(terms, key=lambda item: LADDER.index(item.tier))
    if rungs and (rungs[0].qualifying_points or rungs[0].net_spend):
        return rungs[0].tier
    for below, item in pairwise(rungs):
        if item.qualifying_points <= below.qualifying_points or item.net_spend < below.net_spend:
            return item.tier
    return None


def progress(terms: Sequence[TierTerms], tier: Tier, points: int, spend: int) -> TierProgress | None:
    """Return the way from ``tier`` to the one above it, or None in the highest."""
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
    """Return the risk at ``moment``: at risk and inactive from so long without a purchase on.

    For a member who never bought, ``last_purchase`` is when they joined.
    """
    silent = moment - last_purchase
    if silent >= inactive_after:
        return RiskLevel.INACTIVE
    return RiskLevel.AT_RISK if silent >= at_risk_after else RiskLevel.SAFE


def projected_date(start: datetime, moment: datetime, reached: int, goal: int) -> datetime | None:
    """Return when ``goal`` is reached if the figure keeps growing as it did from ``start`` to ``moment``.

    Linear: the missing part divided by what was gained per unit of time. A goal that is reached gives
    ``moment``; None means that nothing has been gained yet, or that the time so far is too short for a pace.
    """
    if reached >= goal:
        return moment
    if reached <= 0 or moment - start < PACE_AFTER:
        return None
    return moment + (moment - start) * (goal - reached) / reached


def included_from(*, delivers: bool, free: bool, free_from: int) -> int | None:
    """Return the amount from which a tier gives for nothing what a reward would, None where it does not.

    ``delivers`` says that the reward is free standard delivery, ``free`` that the tier gives that from
    ``free_from`` on (minor units of goods after discounts).
    """
    return free_from if delivers and free else None
