"""A member's account with all tiers, which other reads build on."""

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
    """The requirements and benefits of a tier. Amounts are minor units, the multiplier is basis points."""

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
        """Return the name of the tier."""
        return tier_name(self.tier)

    @property
    def terms(self) -> rules.TierTerms:
        """Return the requirements of the tier as the rules take them."""
        return rules.TierTerms(
            tier=self.tier, qualifying_points=self.qualifying_points, net_spend=self.net_spend
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The current figures of a member, whether or not the expiry jobs have run.

    ``balance`` excludes expired points. ``tier`` is the current tier.
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
    """Return SQL for the balance of an account without the points that expired by ``moment``."""
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
    """Return the memberships by user id. Users without an account are left out. One statement."""
    moment = clock.now()
    found = autocommit.rows(
        sa.select(balance_now(moment), *ACCOUNT, *TIER)
        .select_from(LoyaltyAccount)
        .join(LoyaltyTier, sa.true())
        .where(LoyaltyAccount.user_id.in_(list(user_ids)))
        .order_by(LoyaltyTier.qualifying_points, LoyaltyTier.net_spend)
    )
    tiers_by_user: dict[UserId, list[TierRow]] = {}
    accounts = {row.user_id: row for row in found}
    for row in found:
        tiers_by_user.setdefault(row.user_id, []).append(
            TierRow(**{column.key: row._mapping[column.key] for column in TIER})
        )
    return {
        user_id: _membership(row, tuple(tiers_by_user[user_id]), moment) for user_id, row in accounts.items()
    }


def find_membership(user_id: UserId) -> Membership | None:
    """Return the membership of a user, or None without an account. One statement."""
    return list_memberships([user_id]).get(user_id)


def _membership(row: sa.Row[tuple[object, ...]], tiers: tuple[TierRow, ...], moment: datetime) -> Membership:
    values = {column.key: row._mapping[column.key] for column in ACCOUNT}
    current = rules.effective_tier(
        [item.terms for item in tiers],
        values["total_points"],
        values["total_spent"],
        values["tier_lift_until"],
        moment,
    )
    tier = next((item for item in tiers if item.tier is current), tiers[0])
    return Membership(**values, balance=row._mapping["balance"], tier=tier, tiers=tiers)


def has_points() -> bool:
    """Return whether any points were ever earned or spent. One statement."""
    return bool(autocommit.rows(sa.select(PointsHistory.id).limit(1)))
