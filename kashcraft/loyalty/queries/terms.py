"""What a member can use on an order, in the terms that prices are calculated from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import autocommit, clock
from kashcraft.core.ids import ProductId, RewardId, UserId
from kashcraft.core.settings import settings
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import (
    LoyaltyAccount,
    LoyaltyReward,
    RewardStatus,
    RewardType,
    Tier,
    TierDelivery,
)
from kashcraft.loyalty.queries.membership import balance_now, find_membership
from kashcraft.pricing.rules import PointsTerms, RewardKind, RewardTerms, TierPerk


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableReward:
    """A reward that a member can redeem. ``value`` is minor units of a discount or months of an upgrade."""

    id: UUID
    name: str
    description: str | None
    reward_type: RewardType
    value: int
    product_id: ProductId | None
    min_tier_required: Tier | None
    expires_at: datetime | None


AVAILABLE = (
    LoyaltyReward.id,
    LoyaltyReward.name,
    LoyaltyReward.description,
    LoyaltyReward.reward_type,
    LoyaltyReward.value,
    LoyaltyReward.product_id,
    LoyaltyReward.min_tier_required,
    LoyaltyReward.expires_at,
)


def get_points_terms(user_id: UserId, wanted: int) -> PointsTerms:
    """Return the terms of spending ``wanted`` points; the balance is 0 without an account. One statement."""
    rows = autocommit.rows(
        sa.select(balance_now(clock.now()))
        .select_from(LoyaltyAccount)
        .where(LoyaltyAccount.user_id == user_id)
    )
    return PointsTerms(
        points=wanted,
        balance=int(rows[0].balance) if rows else 0,
        worth=settings().point_value,
        minimum=settings().minimum_points,
    )


def find_reward_terms(reward_id: RewardId, user_id: UserId) -> RewardTerms | None:
    """Return the terms of a member's reward, or None if it cannot be used on an order now.

    One statement, two if it requires a tier.
    """
    rewards = [
        reward for reward in _available(user_id, LoyaltyReward.id == reward_id) if _is_for_orders(reward)
    ]
    if not rewards or not _with_reached_tier(user_id, rewards):
        return None
    reward = rewards[0]
    return RewardTerms(
        reference=reward.id,
        name=reward.name,
        kind=RewardKind(reward.reward_type.value),
        value=reward.value,
        product_id=reward.product_id,
    )


def find_tier_perk(user_id: UserId) -> TierPerk | None:
    """Return the free delivery of a member's tier, or None. One statement."""
    found = find_membership(user_id)
    if found is None or found.tier.free_shipping is TierDelivery.NONE:
        return None
    return TierPerk(
        name=found.tier.name,
        free_from=found.tier.free_shipping_from,
        includes_express=found.tier.free_shipping is TierDelivery.EXPRESS,
    )


def list_usable_rewards(user_id: UserId) -> list[AvailableReward]:
    """Return the rewards that a member can use on an order now, first to expire first.

    One statement, two if one of them requires a tier.
    """
    rewards = [reward for reward in _available(user_id) if _is_for_orders(reward)]
    return _with_reached_tier(user_id, rewards)


def list_available_rewards(user_id: UserId) -> list[AvailableReward]:
    """Return every available reward of a member that has not expired, upgrades included. One statement."""
    return _available(user_id)


def _available(user_id: UserId, *conditions: sa.ColumnElement[bool]) -> list[AvailableReward]:
    rows = autocommit.rows(
        sa.select(*AVAILABLE)
        .where(
            LoyaltyReward.user_id == user_id,
            LoyaltyReward.status == RewardStatus.AVAILABLE,
            sa.or_(LoyaltyReward.expires_at.is_(None), LoyaltyReward.expires_at > clock.now()),
            *conditions,
        )
        .order_by(LoyaltyReward.expires_at.is_(None), LoyaltyReward.expires_at, LoyaltyReward.id)
    )
    return [AvailableReward(**row._mapping) for row in rows]


def _is_for_orders(reward: AvailableReward) -> bool:
    return reward.reward_type is not RewardType.VIP_UPGRADE


def _with_reached_tier(user_id: UserId, rewards: Sequence[AvailableReward]) -> list[AvailableReward]:
    """Return the rewards whose required tier the member has."""
    if all(reward.min_tier_required is None for reward in rewards):
        return list(rewards)
    found = find_membership(user_id)
    tier = found.tier.tier if found else Tier.BRONZE
    return [reward for reward in rewards if rules.is_at_least(tier, reward.min_tier_required)]
