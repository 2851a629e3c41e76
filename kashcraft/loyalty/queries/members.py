"""Members as staff look for them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from kashcraft.core import clock, reading
from kashcraft.core.context import settings
from kashcraft.core.db import db
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyTier, RewardOffer


def tiers() -> Sequence[LoyaltyTier]:
    """Return the tiers from the first to the highest. One statement."""
    return db.session.scalars(
        sa.select(LoyaltyTier).order_by(LoyaltyTier.qualifying_points, LoyaltyTier.net_spend)
    ).all()


def all_offers() -> Sequence[RewardOffer]:
    """Return every offer, those that can be had before those that cannot, the cheapest first."""
    return db.session.scalars(
        sa.select(RewardOffer).order_by(RewardOffer.is_active.desc(), RewardOffer.points_cost, RewardOffer.id)
    ).all()


def top_members(*, limit: int = 20) -> Sequence[LoyaltyAccount]:
    """Return the members with the most lifetime points, without their relations. One statement."""
    return db.session.scalars(
        sa.select(LoyaltyAccount)
        .order_by(LoyaltyAccount.total_points.desc(), LoyaltyAccount.total_spent.desc(), LoyaltyAccount.id)
        .limit(limit)
    ).all()


def at_risk(*, limit: int = 50) -> Sequence[LoyaltyAccount]:
    """Return members who are at risk but not yet inactive, who have been silent longest first."""
    moment, terms = clock.now(), settings()
    last = sa.func.coalesce(LoyaltyAccount.last_purchase_date, LoyaltyAccount.member_since)
    return db.session.scalars(
        sa.select(LoyaltyAccount)
        .where(last <= moment - terms.at_risk_after, last > moment - terms.inactive_after)
        .order_by(last, LoyaltyAccount.id)
        .limit(limit)
    ).all()


def members_by_tier() -> dict[str, int]:
    """Return how many members each tier has, by the tier's name. One statement."""
    rows = reading.rows(
        sa.select(LoyaltyAccount.current_tier, sa.func.count()).group_by(LoyaltyAccount.current_tier)
    )
    return {tier.value: number for tier, number in rows}
