"""What a member may use on an order, in the terms that prices are computed from."""

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
    """A reward that a member has; ``value`` is minor units of a discount or months of an upgrade."""

    id: UUID
    name: str
    description: str | None
    reward_type: RewardType
    value: int
    product_id: ProductId | None
    min_tier_required: Tier | None
    expires_at: datetime | None


HELD = (
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
    """Return the terms of spending ``wanted`` points; the balance is 0 for no member. One statement."""
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
    """Return the terms of a member's reward, or None where they cannot use it on an order now.

    One statement, two where it needs a tier.
    """
    held = [reward for reward in _held(user_id, LoyaltyReward.id == reward_id) if _is_for_orders(reward)]
    if not held or not _reaches(user_id, held):
        return None
    reward = held[0]
    return RewardTerms(
        reference=reward.id,
        name=reward.name,
        kind=RewardKind(reward.reward_type.value),
        value=reward.value,
        product_id=reward.product_id,
    )


def find_tier_perk(user_id: UserId) -> TierPerk | None:
    """Return the delivery that a member has for nothing by their tier, or None. One statement."""
    found = find_membership(user_id)
    if found is None or found.tier.free_shipping is TierDelivery.NONE:
        return None
    return TierPerk(
        name=found.tier.name,
        free_from=found.tier.free_shipping_from,
        includes_express=found.tier.free_shipping is TierDelivery.EXPRESS,
    )


def list_usable_rewards(user_id: UserId) -> list[AvailableReward]:
    """Return the rewards that a member can use on an order now, the first to expire first.

    One statement, two where one of them needs a tier.
    """
    held = [reward for reward in _held(user_id) if _is_for_orders(reward)]
    return _reaches(user_id, held)


def list_available_rewards(user_id: UserId) -> list[AvailableReward]:
    """Return every reward that a member has and that has not expired, upgrades included. One statement."""
    return _held(user_id)


def _held(user_id: UserId, *conditions: sa.ColumnElement[bool]) -> list[AvailableReward]:
    rows = autocommit.rows(
        sa.select(*HELD)
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


def _reaches(user_id: UserId, held: Sequence[AvailableReward]) -> list[AvailableReward]:
    """Return the rewards whose tier the member has."""
    if all(reward.min_tier_required is None for reward in held):
        return list(held)
    found = find_membership(user_id)
    tier = found.tier.tier if found else Tier.BRONZE
    return [reward for reward in held if rules.is_at_least(tier, reward.min_tier_required)]
