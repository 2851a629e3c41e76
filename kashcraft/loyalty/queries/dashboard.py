"""Reads for the member's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from kashcraft.accounts.models import User
from kashcraft.core import autocommit, clock
from kashcraft.core.ids import OrderId, UserId
from kashcraft.core.money import round_half_up
from kashcraft.core.settings import settings
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import (
    PointsHistory,
    PointsType,
    Referral,
    ReferralState,
    RewardOffer,
    RewardType,
    SourceType,
    Tier,
    TierDelivery,
)
from kashcraft.loyalty.queries.membership import Membership, TierRow, find_membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A summary of a member. ``balance`` is negative while the member has a debt."""

    membership: Membership
    worth: int
    average_order_value: int
    risk: rules.RiskLevel
    progress: rules.TierProgress | None
    projected: datetime | None

    @property
    def tier(self) -> TierRow:
        """Return the current tier."""
        return self.membership.tier

    @property
    def balance(self) -> int:
        """Return the points that can be spent; negative for a debt."""
        return self.membership.balance


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One ledger entry with the balance after it.

    ``order_id`` is the order that it belongs to. ``who`` is the member of staff who wrote it, or None.
    """

    points: int
    points_type: PointsType
    source_type: SourceType
    reason: str | None
    created_at: datetime
    order_id: OrderId | None
    who: str | None
    balance: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """The points that expire at the end of a day."""

    day: date
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardOfferRow:
    """A reward that can be exchanged for points, with the reasons why this member cannot have it, if any.

    ``included_from`` is the order value, in minor units, from which the member's tier includes the same
    benefit; None if the tier does not include it.
    """

    id: UUID
    name: str
    description: str | None
    reward_type: RewardType
    value: int
    points_cost: int
    min_tier_required: Tier | None
    valid_days: int
    tier_missing: bool
    points_missing: int
    included_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralSummary:
    """A member's referral code, the referred customers by state, and the points that they brought."""

    code: str | None
    invited: int = 0
    joined: int = 0
    rewarded: int = 0
    points: int = 0


OFFER = (
    RewardOffer.id,
    RewardOffer.name,
    RewardOffer.description,
    RewardOffer.reward_type,
    RewardOffer.value,
    RewardOffer.points_cost,
    RewardOffer.min_tier_required,
    RewardOffer.valid_days,
)


def find_summary(user_id: UserId) -> Summary | None:
    """Return the summary of a member, or None without an account. One statement."""
    found = find_membership(user_id)
    if found is None:
        return None
    moment = clock.now()
    way = rules.progress(
        [item.terms for item in found.tiers], found.tier.tier, found.total_points, found.total_spent
    )
    average = round_half_up(found.total_spent, found.total_purchases) if found.total_purchases else 0
    return Summary(
        membership=found,
        worth=max(0, found.balance) * settings().point_value,
        average_order_value=average,
        risk=rules.risk_level(
            found.last_purchase_date or found.member_since,
            moment,
            at_risk_after=settings().at_risk_after,
            inactive_after=settings().inactive_after,
        ),
        progress=way,
        projected=_projected(found, way, moment),
    )


def list_entries(user_id: UserId, *, number: int, size: int) -> tuple[list[LedgerEntry], int]:
    """Return one page of a member's ledger, newest first, and the number of all entries.

    Purchases and refunds that moved no points are left out. Two statements.
    """
    mine = (PointsHistory.user_id == user_id, PointsHistory.points_amount != 0)
    total = autocommit.rows(sa.select(sa.func.count()).select_from(PointsHistory).where(*mine))[0][0]
    sofar = sa.func.sum(PointsHistory.points_amount).over(
        order_by=(PointsHistory.created_at, PointsHistory.id)
    )
    rows = autocommit.rows(
        sa.select(
            PointsHistory.points_amount.label("points"),
            PointsHistory.points_type,
            PointsHistory.source_type,
            PointsHistory.reason,
            PointsHistory.created_at,
            PointsHistory.order_id,
            User.full_name.label("who"),
            sofar.label("balance"),
        )
        .outerjoin(User, User.id == PointsHistory.actor_id)
        .where(*mine)
        .order_by(PointsHistory.created_at.desc(), PointsHistory.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    return [LedgerEntry(**row._mapping) for row in rows], total


def list_expiring(user_id: UserId) -> list[Expiry]:
    """Return the points that expire on each day, earliest first. One statement."""
    rows = autocommit.rows(
        sa.select(PointsHistory.expires_at, PointsHistory.remaining)
        .where(
            PointsHistory.user_id == user_id,
            PointsHistory.remaining > 0,
            PointsHistory.expires_at > clock.now(),
        )
        .order_by(PointsHistory.expires_at)
    )
    days: dict[date, int] = {}
    for row in rows:
        day = row.expires_at.astimezone(settings().zone).date()
        days[day] = days.get(day, 0) + row.remaining
    return [Expiry(day, points) for day, points in days.items()]


def list_offers(found: Membership) -> list[RewardOfferRow]:
    """Return the rewards that are offered now, cheapest first, with what this member lacks. One statement."""
    moment = clock.now()
    rows = autocommit.rows(
        sa.select(*OFFER)
        .where(
            RewardOffer.is_active,
            sa.or_(RewardOffer.starts_at.is_(None), RewardOffer.starts_at <= moment),
            sa.or_(RewardOffer.ends_at.is_(None), RewardOffer.ends_at > moment),
        )
        .order_by(RewardOffer.points_cost, RewardOffer.id)
    )
    return [
        RewardOfferRow(
            **row._mapping,
            tier_missing=not rules.is_at_least(found.tier.tier, row.min_tier_required),
            points_missing=max(0, row.points_cost - found.balance),
            included_from=rules.included_from(
                delivers=row.reward_type is RewardType.FREE_SHIPPING,
                free=found.tier.free_shipping is not TierDelivery.NONE,
                free_from=found.tier.free_shipping_from,
            ),
        )
        for row in rows
    ]


def get_referral_summary(user_id: UserId) -> ReferralSummary:
    """Return a member's referral code and the results of it. Three statements."""
    code = autocommit.rows(sa.select(User.referral_code).where(User.id == user_id))
    friends = autocommit.rows(
        sa.select(Referral.id, Referral.state).where(Referral.referrer_id == user_id).order_by(Referral.id)
    )
    moved = autocommit.rows(
        sa.select(PointsHistory.source_id, PointsHistory.points_amount).where(
            PointsHistory.user_id == user_id,
            PointsHistory.source_type == SourceType.REFERRAL,
        )
    )
    states = [state for _, state in friends]
    brought = {str(referral_id) for referral_id, _ in friends}
    return ReferralSummary(
        code=code[0][0] if code else None,
        invited=states.count(ReferralState.INVITED),
        joined=states.count(ReferralState.JOINED),
        rewarded=states.count(ReferralState.REWARDED),
        points=sum(points for source_id, points in moved if source_id.partition(":")[0] in brought),
    )


def _projected(found: Membership, way: rules.TierProgress | None, moment: datetime) -> datetime | None:
    """Return when the member reaches the next tier at the average pace since joining."""
    if way is None:
        return None
    goal = next(item for item in found.tiers if item.tier is way.tier)
    reached: Sequence[tuple[int, int]] = (
        (found.total_points, goal.qualifying_points),
        (found.total_spent, goal.net_spend),
    )
    dates = [rules.projected_date(found.member_since, moment, have, need) for have, need in reached]
    known = [item for item in dates if item is not None]
    return max(known) if len(known) == len(dates) else None
