"""A member's account with the terms of every tier: what all other reads begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kashcraft.core import autocommit, clock
from kashcraft.core.ids import UserId
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyTier, PointsHistory, Tier, TierDelivery
from kashcraft.loyalty.presenters import tier_name


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """What a tier asks for and gives; amounts are minor units, the multiplier basis points."""

    tier: Tier
    qualifying_points: int
    net_spend: int
    multiplier_bp: int
    birthday_points: int
    free_shipping: TierDelivery
    free_shipping_from: int
    early_access: bool
    waitlist_first: bool

    @property
    def name(self) -> str:
        """Return what pages call the tier."""
        return tier_name(self.tier)

    @property
    def terms(self) -> rules.TierTerms:
        """Return what the tier asks for, as the rules take it."""
        return rules.TierTerms(
            tier=self.tier, qualifying_points=self.qualifying_points, net_spend=self.net_spend
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A member's figures as they are now, whether or not the sweepers have run.

    ``balance`` leaves out points past their date; ``tier`` is the one held at this moment.
    """

    user_id: UserId
    balance: int
    total_points: int
    total_spent: int
    total_purchases: int
    birth_day: int | None
    birth_month: int | None
    member_since: datetime
    last_purchase_date: datetime | None
    tier_reached_at: datetime | None
    tier_lift_until: datetime | None
    tier: TierRow
    tiers: tuple[TierRow, ...]


ACCOUNT = (
    LoyaltyAccount.user_id,
    LoyaltyAccount.total_points,
    LoyaltyAccount.total_spent,
    LoyaltyAccount.total_purchases,
    LoyaltyAccount.birth_day,
    LoyaltyAccount.birth_month,
    LoyaltyAccount.member_since,
    LoyaltyAccount.last_purchase_date,
    LoyaltyAccount.tier_reached_at,
    LoyaltyAccount.tier_lift_until,
)
TIER = (
    LoyaltyTier.tier,
    LoyaltyTier.qualifying_points,
    LoyaltyTier.net_spend,
    LoyaltyTier.multiplier_bp,
    LoyaltyTier.birthday_points,
    LoyaltyTier.free_shipping,
    LoyaltyTier.free_shipping_from,
    LoyaltyTier.early_access,
    LoyaltyTier.waitlist_first,
)


def balance_now(moment: datetime) -> sa.ColumnElement[int]:
    """Return the balance of the account of a statement, without what has lapsed by ``moment``."""
    lapsed = (
        sa.select(sa.func.coalesce(sa.func.sum(PointsHistory.remaining), 0))
        .where(
            PointsHistory.user_id == LoyaltyAccount.user_id,
            PointsHistory.remaining > 0,
            PointsHistory.expires_at <= moment,
        )
        .correlate(LoyaltyAccount)
        .scalar_subquery()
    )
    return (LoyaltyAccount.available_points - lapsed).label("balance")


def list_memberships(user_ids: Sequence[UserId]) -> dict[UserId, Membership]:
    """Return where these members stand now; those without an account are left out. One statement."""
    moment = clock.now()
    found = autocommit.rows(
        sa.select(balance_now(moment), *ACCOUNT, *TIER)
        .select_from(LoyaltyAccount)
        .join(LoyaltyTier, sa.true())
        .where(LoyaltyAccount.user_id.in_(list(user_ids)))
        .order_by(LoyaltyTier.qualifying_points, LoyaltyTier.net_spend)
    )
    ladders: dict[UserId, list[TierRow]] = {}
    accounts = {row.user_id: row for row in found}
    for row in found:
        ladders.setdefault(row.user_id, []).append(
            TierRow(**{column.key: row._mapping[column.key] for column in TIER})
        )
    return {user_id: _standing(row, tuple(ladders[user_id]), moment) for user_id, row in accounts.items()}


def find_membership(user_id: UserId) -> Membership | None:
    """Return where a member stands now, or None for somebody without an account. One statement."""
    return list_memberships([user_id]).get(user_id)


def _standing(row: sa.Row[tuple[object, ...]], tiers: tuple[TierRow, ...], moment: datetime) -> Membership:
    figures = {column.key: row._mapping[column.key] for column in ACCOUNT}
    held = rules.effective_tier(
        [item.terms for item in tiers],
        figures["total_points"],
        figures["total_spent"],
        figures["tier_lift_until"],
        moment,
    )
    tier = next((item for item in tiers if item.tier is held), tiers[0])
    return Membership(**figures, balance=row._mapping["balance"], tier=tier, tiers=tiers)
