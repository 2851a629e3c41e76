"""Reads for the page of a member in the back office: lots, rewards, referrals; and the history of changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.accounts.models import User
from kashcraft.core import autocommit, clock
from kashcraft.core.ids import OrderId, UserId
from kashcraft.loyalty.models import (
    LoyaltyChange,
    LoyaltyReward,
    PointsHistory,
    PointsType,
    ProgrammeChangeKind,
    Referral,
    ReferralState,
    RewardStatus,
    RewardType,
    SourceType,
    Tier,
)
from kashcraft.loyalty.rules import HistoryValue


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLot:
    """A lot with points left: ``remaining`` of the original ``lot_points``."""

    created_at: datetime
    points_type: PointsType
    source_type: SourceType
    reason: str | None
    lot_points: int
    remaining: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardRow:
    """A reward in any state. For a granted one, ``who`` granted it and ``why``, if known."""

    id: UUID
    name: str
    reward_type: RewardType
    value: int
    status: RewardStatus
    min_tier_required: Tier | None
    created_at: datetime
    expires_at: datetime | None
    redeemed_at: datetime | None
    order_id: OrderId | None
    is_gift: bool
    who: str | None
    why: str | None

    @property
    def state(self) -> RewardStatus:
        """Return the state now, whether or not the expiry job has run."""
        lapsed = self.expires_at is not None and self.expires_at <= clock.now()
        return RewardStatus.EXPIRED if lapsed and self.status is RewardStatus.AVAILABLE else self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRow:
    """A referral, with the other member of it: the referred customer, or the referring member."""

    user_id: UserId
    name: str
    state: ReferralState
    created_at: datetime
    rewarded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeChange:
    """One change of a tier or an offer by staff. ``data`` holds [before, after] by field."""

    kind: ProgrammeChangeKind
    who: str | None
    data: dict[str, list[HistoryValue]]
    created_at: datetime


def list_open_lots(user_id: UserId) -> list[OpenLot]:
    """Return a member's lots that can be spent, first to expire first. One statement."""
    columns = (
        PointsHistory.created_at,
        PointsHistory.points_type,
        PointsHistory.source_type,
        PointsHistory.reason,
        PointsHistory.lot_points,
        PointsHistory.remaining,
        PointsHistory.expires_at,
    )
    rows = autocommit.rows(
        sa.select(*columns)
        .where(
            PointsHistory.user_id == user_id,
            PointsHistory.remaining > 0,
            PointsHistory.expires_at > clock.now(),
        )
        .order_by(PointsHistory.expires_at, PointsHistory.id)
    )
    return [OpenLot(**row._mapping) for row in rows]


def list_rewards_of_member(user_id: UserId, *, limit: int = 50) -> list[RewardRow]:
    """Return a member's rewards in every state, newest first. One statement."""
    granted = aliased(LoyaltyChange)
    columns = (
        LoyaltyReward.id,
        LoyaltyReward.name,
        LoyaltyReward.reward_type,
        LoyaltyReward.value,
        LoyaltyReward.status,
        LoyaltyReward.min_tier_required,
        LoyaltyReward.created_at,
        LoyaltyReward.expires_at,
        LoyaltyReward.redeemed_at,
        LoyaltyReward.order_id,
        LoyaltyReward.offer_id.is_(None).label("is_gift"),
        User.full_name.label("who"),
        granted.reason.label("why"),
    )
    rows = autocommit.rows(
        sa.select(*columns)
        .outerjoin(granted, granted.reward_id == LoyaltyReward.id)
        .outerjoin(User, User.id == granted.actor_id)
        .where(LoyaltyReward.user_id == user_id)
        .order_by(LoyaltyReward.id.desc())
        .limit(limit)
    )
    return [RewardRow(**row._mapping) for row in rows]


def find_reward_of_order(order_id: OrderId, *, sent: bool) -> str | None:
    """Return the name of the reward that a full refund of the order returns, or None. One statement.

    Free delivery of an order that was ``sent`` is used up.
    """
    used = sa.select(LoyaltyReward.name).where(LoyaltyReward.order_id == order_id)
    if sent:
        used = used.where(LoyaltyReward.reward_type != RewardType.FREE_SHIPPING)
    rows = autocommit.rows(used)
    return rows[0].name if rows else None


def list_referred_friends(user_id: UserId, *, limit: int = 50) -> list[ReferralRow]:
    """Return the customers whom a member referred, newest first. One statement."""
    return _referrals(Referral.referred_id, Referral.referrer_id == user_id, limit)


def find_referrer(user_id: UserId) -> ReferralRow | None:
    """Return the member who referred a customer, or None. One statement."""
    found = _referrals(Referral.referrer_id, Referral.referred_id == user_id, 1)
    return found[0] if found else None


def list_changes(
    *, tier_id: UUID | None = None, offer_id: UUID | None = None, limit: int = 20
) -> Sequence[ProgrammeChange]:
    """Return the changes of a tier or an offer by staff, newest first. One statement."""
    about = LoyaltyChange.tier_id == tier_id if tier_id else LoyaltyChange.offer_id == offer_id
    rows = autocommit.rows(
        sa.select(
            LoyaltyChange.kind, User.full_name.label("who"), LoyaltyChange.data, LoyaltyChange.created_at
        )
        .outerjoin(User, User.id == LoyaltyChange.actor_id)
        .where(about)
        .order_by(LoyaltyChange.id.desc())
        .limit(limit)
    )
    return [ProgrammeChange(**row._mapping) for row in rows]


def _referrals(
    other: sa.SQLColumnExpression[UserId], about: sa.ColumnElement[bool], limit: int
) -> list[ReferralRow]:
    rows = autocommit.rows(
        sa.select(
            other.label("user_id"),
            User.full_name.label("name"),
            Referral.state,
            Referral.created_at,
            Referral.rewarded_at,
        )
        .join(User, User.id == other)
        .where(about)
        .order_by(Referral.id.desc())
        .limit(limit)
    )
    return [ReferralRow(**row._mapping) for row in rows]
