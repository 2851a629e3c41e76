"""Rewards: offers, and what members have of them, redeemed once each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import (
    LoyaltyReward,
    PointsType,
    RewardOffer,
    RewardStatus,
    RewardType,
    SourceType,
    Tier,
)
from kashcraft.loyalty.services.book import Act, Book, debit, member
from kashcraft.loyalty.services.members import lift

WORTH_SOMETHING = (RewardType.DISCOUNT, RewardType.VIP_UPGRADE)


def create_offer(
    *,
    name: str,
    reward_type: RewardType,
    points_cost: int,
    value: int = 0,
    product_id: UUID | None = None,
    description: str | None = None,
    min_tier_required: Tier | None = None,
    valid_days: int = 90,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> RewardOffer:
    """Add an offer and return it; ``value`` is minor units of a discount or months of an upgrade.

    Raises DomainError('reward_without_value') for one of these two that gives nothing, and
    DomainError('reward_without_product') for a free item that names none.
    """
    _check_worth(reward_type, value, product_id)
    offer = RewardOffer(
        id=new_id(),
        name=name,
        description=description,
        reward_type=reward_type,
        value=value,
        product_id=product_id,
        points_cost=points_cost,
        min_tier_required=min_tier_required,
        valid_days=valid_days,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    db.session.add(offer)
    return offer


def switch_offer(*, offer_id: UUID, is_active: bool) -> RewardOffer:
    """Offer something again or no longer; rewards that members have stay. Raises NotFound('no_offer')."""
    offer = db.session.get(RewardOffer, offer_id)
    if offer is None:
        raise NotFound("no_offer")
    offer.is_active = is_active
    return offer


def exchange(*, user_id: UUID, offer_id: UUID, key: UUID | None = None) -> LoyaltyReward:
    """Exchange points for a reward and return it; ``key`` becomes its id, so that one press counts once.

    Raises NotFound('no_member'), NotFound('no_offer') for one that does not run now, and DomainError:
    'tier_too_low' (tier=), 'highest_tier' for an upgrade of nothing, 'points_short' (balance=).
    """
    book = member(user_id)
    known = db.session.get(LoyaltyReward, key) if key else None
    if known is not None:
        return _own(known, user_id)
    offer = _running_offer(offer_id)
    _check_tier(book, offer.min_tier_required)
    if offer.reward_type is RewardType.VIP_UPGRADE and book.earned_tier is rules.LADDER[-1]:
        raise DomainError("highest_tier")
    reward = _reward(
        user_id,
        id=key or new_id(),
        offer_id=offer.id,
        name=offer.name,
        description=offer.description,
        reward_type=offer.reward_type,
        value=offer.value,
        product_id=offer.product_id,
        min_tier_required=offer.min_tier_required,
        expires_at=clock.now() + timedelta(days=offer.valid_days),
    )
    act = Act(
        points_type=PointsType.REDEEM,
        source_type=SourceType.REWARD,
        source_id=str(reward.id),
        reason=offer.name,
    )
    debit(book, act, offer.points_cost)
    return reward


def grant_reward(
    *,
    user_id: UUID,
    name: str,
    reward_type: RewardType,
    value: int = 0,
    product_id: UUID | None = None,
    description: str | None = None,
    min_tier_required: Tier | None = None,
    expires_at: datetime | None = None,
) -> LoyaltyReward:
    """Give a member a reward for nothing and return it.

    Raises NotFound('no_member') and what ``create_offer`` raises.
    """
    _check_worth(reward_type, value, product_id)
    member(user_id)
    return _reward(
        user_id,
        id=new_id(),
        name=name,
        description=description,
        reward_type=reward_type,
        value=value,
        product_id=product_id,
        min_tier_required=min_tier_required,
        expires_at=expires_at,
    )


def redeem_reward(*, reward_id: UUID, user_id: UUID, order_id: UUID) -> LoyaltyReward:
    """Use a reward for an order and return it; the same order again changes nothing.

    Raises NotFound('no_reward') for none of theirs or an upgrade, and DomainError: 'reward_used',
    'reward_expired', 'tier_too_low' (tier=).
    """
    book = member(user_id)
    reward = _owned(reward_id, user_id)
    if reward.order_id == order_id:
        return reward
    if reward.reward_type is RewardType.VIP_UPGRADE:
        raise NotFound("no_reward")
    return _use(book, reward, order_id=order_id)


def start_upgrade(*, reward_id: UUID, user_id: UUID) -> LoyaltyReward:
    """Let an upgrade begin and return it; it lifts the tier by one for its months.

    Raises NotFound('no_reward') for none of theirs or another kind, and DomainError: 'reward_used',
    'reward_expired', 'tier_too_low' (tier=), 'highest_tier'.
    """
    book = member(user_id)
    reward = _owned(reward_id, user_id)
    if reward.reward_type is not RewardType.VIP_UPGRADE:
        raise NotFound("no_reward")
    used = _use(book, reward)
    lift(book, used.value)
    return used


def give_back_reward(*, order_id: UUID) -> LoyaltyReward | None:
    """Give back the reward of an order that ends unpaid; return it, or None where it has none."""
    return _change(
        LoyaltyReward.order_id == order_id,
        LoyaltyReward.status == RewardStatus.REDEEMED,
        status=RewardStatus.AVAILABLE,
        redeemed_at=None,
        order_id=None,
    )


def expire_rewards(*, limit: int = 200) -> list[UUID]:
    """Mark up to ``limit`` rewards that are past their date as expired; return their ids."""
    past = (
        sa.select(LoyaltyReward.id)
        .where(LoyaltyReward.status == RewardStatus.AVAILABLE, LoyaltyReward.expires_at <= clock.now())
        .order_by(LoyaltyReward.expires_at, LoyaltyReward.id)
        .limit(limit)
    )
    ids = db.session.scalars(past).all()
    expired = (
        sa.update(LoyaltyReward)
        .where(LoyaltyReward.id.in_(ids), LoyaltyReward.status == RewardStatus.AVAILABLE)
        .values(status=RewardStatus.EXPIRED)
        .returning(LoyaltyReward.id)
        .execution_options(synchronize_session=False)
    )
    return list(db.session.scalars(expired)) if ids else []


def _check_worth(reward_type: RewardType, value: int, product_id: UUID | None) -> None:
    if reward_type in WORTH_SOMETHING and value <= 0:
        raise DomainError("reward_without_value", field="value")
    if (reward_type is RewardType.FREE_ITEM) != (product_id is not None):
        raise DomainError("reward_without_product", field="product_id")


def _running_offer(offer_id: UUID) -> RewardOffer:
    offer = db.session.get(RewardOffer, offer_id)
    moment = clock.now()
    if (
        offer is None
        or not offer.is_active
        or (offer.starts_at is not None and offer.starts_at > moment)
        or (offer.ends_at is not None and offer.ends_at <= moment)
    ):
        raise NotFound("no_offer")
    return offer


def _check_tier(book: Book, required: Tier | None) -> None:
    if not rules.is_at_least(book.tier.tier, required):
        raise DomainError("tier_too_low", tier=required.value if required else "")


def _reward(user_id: UUID, **values: Any) -> LoyaltyReward:
    reward = LoyaltyReward(user_id=user_id, status=RewardStatus.AVAILABLE, **values)
    db.session.add(reward)
    return reward


def _own(reward: LoyaltyReward, user_id: UUID) -> LoyaltyReward:
    if reward.user_id != user_id:
        raise NotFound("no_reward")
    return reward


def _owned(reward_id: UUID, user_id: UUID) -> LoyaltyReward:
    found = db.session.get(LoyaltyReward, reward_id, populate_existing=True)
    if found is None:
        raise NotFound("no_reward")
    return _own(found, user_id)


def _use(book: Book, reward: LoyaltyReward, order_id: UUID | None = None) -> LoyaltyReward:
    _check_tier(book, reward.min_tier_required)
    moment = clock.now()
    used = _change(
        LoyaltyReward.id == reward.id,
        LoyaltyReward.status == RewardStatus.AVAILABLE,
        sa.or_(LoyaltyReward.expires_at.is_(None), LoyaltyReward.expires_at > moment),
        status=RewardStatus.REDEEMED,
        redeemed_at=moment,
        order_id=order_id,
    )
    if used is None:
        raise DomainError("reward_used" if reward.status is RewardStatus.REDEEMED else "reward_expired")
    return used


def _change(*conditions: sa.ColumnElement[bool], **values: Any) -> LoyaltyReward | None:
    return db.session.scalars(
        sa.update(LoyaltyReward)
        .where(*conditions)
        .values(**values)
        .returning(LoyaltyReward)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
