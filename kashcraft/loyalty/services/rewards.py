"""Rewards of members: exchanged or granted, and redeemed once each."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import OrderId, RewardId, UserId, new_id
from kashcraft.core.settings import settings
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import (
    LoyaltyReward,
    PointsType,
    ProgrammeChangeKind,
    RewardOffer,
    RewardStatus,
    RewardType,
    SourceType,
    Tier,
    TierDelivery,
)
from kashcraft.loyalty.services.changes import record
from kashcraft.loyalty.services.locked_account import EntryCause, LockedAccount, debit, get_locked_account
from kashcraft.loyalty.services.members import extend_upgrade
from kashcraft.loyalty.services.offers import Prize


def exchange(
    *,
    user_id: UserId,
    offer_id: UUID,
    key: UUID | None = None,
    seen_cost: int | None = None,
    sure: bool = False,
) -> LoyaltyReward:
    """Exchange points for a reward and return it. ``key`` becomes its id, so that a form sent twice counts
    once.

    ``seen_cost`` is the price in points that the page showed. ``sure`` confirms that the member wants free
    delivery beyond that of the tier. Raises NotFound('no_member'), NotFound('no_offer') for an unavailable
    offer, and DomainError: 'already_yours' for a benefit of the tier, 'offer_changed' for another price,
    'tier_too_low' (tier=), 'highest_tier' for an upgrade without effect, 'points_short' (balance=).
    """
    locked = get_locked_account(user_id)
    known = db.session.get(LoyaltyReward, key) if key else None
    if known is not None:
        return _own(known, user_id)
    offer = _running_offer(offer_id)
    if seen_cost is not None and seen_cost != offer.points_cost:
        raise DomainError("offer_changed")
    _check_tier(locked, offer.min_tier_required)
    _check_worth_it(locked, offer, sure=sure)
    reward = _reward(
        user_id,
        id=key or new_id(),
        offer_id=offer.id,
        expires_at=clock.now() + timedelta(days=offer.valid_days),
        **{item.name: getattr(offer, item.name) for item in fields(Prize)},
    )
    cause = EntryCause(
        points_type=PointsType.REDEEM,
        source_type=SourceType.REWARD,
        source_id=str(reward.id),
        reason=offer.name,
    )
    debit(locked, cause, offer.points_cost)
    return reward


def grant_reward(
    *,
    user_id: UserId,
    prize: Prize,
    expires_at: datetime | None = None,
    reason: str | None = None,
    key: UUID | None = None,
    actor_id: UserId | None = None,
) -> LoyaltyReward:
    """Grant a member a reward and return it. ``key`` becomes its id, so that a form sent twice grants one
    reward.

    ``reason`` and ``actor_id`` are for staff; members do not see them. Raises NotFound('no_member'),
    DomainError('own_membership') if staff would reward themselves, and what ``Prize.columns`` raises.
    """
    if actor_id == user_id:
        raise DomainError("own_membership", field="why")
    get_locked_account(user_id)
    known = db.session.get(LoyaltyReward, key) if key else None
    if known is not None:
        return _own(known, user_id)
    reward = _reward(user_id, id=key or new_id(), expires_at=expires_at, **prize.columns())
    db.session.flush()  # the history entry refers to the reward
    record(ProgrammeChangeKind.GRANTED, reward_id=reward.id, actor_id=actor_id, reason=reason, data={})
    return reward


def redeem_reward(*, reward_id: RewardId, user_id: UserId, order_id: OrderId) -> LoyaltyReward:
    """Redeem a reward for an order and return it. The same order again changes nothing.

    Raises NotFound('no_reward') for an upgrade or a reward of another member, and DomainError: 'reward_used',
    'reward_expired', 'tier_too_low' (tier=).
    """
    locked = get_locked_account(user_id)
    reward = _owned(reward_id, user_id)
    if reward.order_id == order_id:
        return reward
    if reward.reward_type is RewardType.VIP_UPGRADE:
        raise NotFound("no_reward")
    return _use(locked, reward, order_id=order_id)


def start_upgrade(*, reward_id: RewardId, user_id: UserId) -> LoyaltyReward:
    """Redeem an upgrade and return it. It raises the tier by one for a number of months.

    Raises NotFound('no_reward') for another type or a reward of another member, and DomainError:
    'reward_used', 'reward_expired', 'tier_too_low' (tier=), 'highest_tier'.
    """
    locked = get_locked_account(user_id)
    reward = _owned(reward_id, user_id)
    if reward.reward_type is not RewardType.VIP_UPGRADE:
        raise NotFound("no_reward")
    used = _use(locked, reward)
    extend_upgrade(locked, used.value)
    return used


def return_reward(*, order_id: OrderId, sent: bool = False) -> LoyaltyReward | None:
    """Return the reward of an order that ends unpaid or is refunded in full, once. Return it, or None.

    A reward that has expired is valid for ``returned_points_days`` more. Free delivery of an order that was
    ``sent`` is used up and is not returned.
    """
    moment = clock.now()
    later_expiry = moment + timedelta(days=settings().returned_points_days)
    return _change(
        LoyaltyReward.order_id == order_id,
        LoyaltyReward.status == RewardStatus.REDEEMED,
        *([LoyaltyReward.reward_type != RewardType.FREE_SHIPPING] if sent else []),
        status=RewardStatus.AVAILABLE,
        redeemed_at=None,
        order_id=None,
        expires_at=sa.case(
            (LoyaltyReward.expires_at <= moment, later_expiry), else_=LoyaltyReward.expires_at
        ),
    )


def expire_rewards(*, limit: int = 200) -> list[UUID]:
    """Mark up to ``limit`` rewards as expired and return their ids."""
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


def _check_tier(locked: LockedAccount, required: Tier | None) -> None:
    if not rules.is_at_least(locked.tier.tier, required):
        raise DomainError("tier_too_low", tier=required.value if required else "")


def _check_worth_it(locked: LockedAccount, offer: RewardOffer, *, sure: bool) -> None:
    """Refuse an upgrade without effect, and free delivery that the tier includes unless the member confirmed
    it.
    """
    if offer.reward_type is RewardType.VIP_UPGRADE and locked.earned_tier is rules.LADDER[-1]:
        raise DomainError("highest_tier")
    tier = locked.tier
    included_from = rules.included_from(
        delivers=offer.reward_type is RewardType.FREE_SHIPPING,
        free=tier.free_shipping is not TierDelivery.NONE,
        free_from=tier.free_shipping_from,
    )
    if included_from == 0 or (included_from is not None and not sure):
        raise DomainError("already_yours")


def _reward(user_id: UserId, **values: object) -> LoyaltyReward:
    reward = LoyaltyReward(user_id=user_id, status=RewardStatus.AVAILABLE, **values)
    db.session.add(reward)
    return reward


def _own(reward: LoyaltyReward, user_id: UserId) -> LoyaltyReward:
    if reward.user_id != user_id:
        raise NotFound("no_reward")
    return reward


def _owned(reward_id: RewardId, user_id: UserId) -> LoyaltyReward:
    found = db.session.get(LoyaltyReward, reward_id, populate_existing=True)
    if found is None:
        raise NotFound("no_reward")
    return _own(found, user_id)


def _use(locked: LockedAccount, reward: LoyaltyReward, order_id: OrderId | None = None) -> LoyaltyReward:
    _check_tier(locked, reward.min_tier_required)
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


def _change(*conditions: sa.ColumnElement[bool], **values: object) -> LoyaltyReward | None:
    return db.session.scalars(
        sa.update(LoyaltyReward)
        .where(*conditions)
        .values(**values)
        .returning(LoyaltyReward)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
