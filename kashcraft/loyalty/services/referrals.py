"""Referrals: customers who register with a member's link, confirm their address, and buy."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from kashcraft.accounts import queries as people
from kashcraft.core import clock
from kashcraft.core.db import db, insert_into
from kashcraft.core.ids import OrderId, UserId, new_id
from kashcraft.core.settings import settings
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import (
    LoyaltyAccount,
    PointsHistory,
    PointsType,
    Referral,
    ReferralState,
    SourceType,
)
from kashcraft.loyalty.services.bonuses import bonus
from kashcraft.loyalty.services.locked_account import EntryCause, debit, get_locked_account

OPEN_STATES = (ReferralState.INVITED, ReferralState.JOINED)


def record_referral(*, user_id: UserId, code: str) -> Referral | None:
    """Record that a new member used the referral link with this code, and return the referral.

    Returns None for an unknown code or the member's own. A second account of the same mailbox is recorded as
    void.
    """
    referrer, friend = people.find_user_by_referral_code(code), people.find_user(user_id)
    if referrer is None or friend is None or referrer.id == user_id:
        return None
    if db.session.scalar(sa.select(LoyaltyAccount.id).where(LoyaltyAccount.user_id == referrer.id)) is None:
        return None
    state = ReferralState.JOINED if friend.is_confirmed else ReferralState.INVITED
    if rules.same_person(referrer.email, friend.email):
        state = ReferralState.VOID
    inserted = insert_into(Referral).values(
        id=new_id(),
        referrer_id=referrer.id,
        referred_id=user_id,
        state=state,
        joined_at=clock.now() if state is ReferralState.JOINED else None,
    )
    return db.session.scalar(
        inserted.on_conflict_do_nothing(index_elements=["referred_id"]).returning(Referral)
    )


def mark_referral_joined(*, user_id: UserId) -> Referral | None:
    """Mark a referral as joined at the first sign-in, which proves the address. Return it, or None."""
    return _move(user_id, [ReferralState.INVITED], state=ReferralState.JOINED, joined_at=clock.now())


def pay_referral(*, user_id: UserId, order_id: OrderId) -> Referral | None:
    """Award both members their points for the referred customer's first paid order, and return the referral.

    Returns None if there is no referral, if it is void, or if it was rewarded and not reversed since.
    """
    referral = _move(
        user_id, OPEN_STATES, state=ReferralState.REWARDED, order_id=order_id, rewarded_at=clock.now()
    )
    if referral is None:
        return None
    for member_id in (referral.referred_id, referral.referrer_id):
        paid = len(_paid_sources(member_id, referral.id))
        bonus(
            user_id=member_id,
            source_type=SourceType.REFERRAL,
            source_id=f"{referral.id}:{paid + 1}" if paid else str(referral.id),
            points=settings().referral_points,
        )
    return referral


def reverse_referral(*, order_id: OrderId) -> Referral | None:
    """Reverse the points for a referred customer's first order when the whole order is refunded, once.

    Returns the referral, or None if the order rewarded none. The next paid order counts as the first one
    again.
    """
    referral = db.session.scalars(
        sa.update(Referral)
        .where(Referral.order_id == order_id, Referral.state == ReferralState.REWARDED)
        .values(state=ReferralState.JOINED, order_id=None, rewarded_at=None)
        .returning(Referral)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if referral is None:
        return None
    for member_id in (referral.referred_id, referral.referrer_id):
        sources = _paid_sources(member_id, referral.id)
        if sources:
            _reverse_bonus(member_id, sources[-1])
    return referral


def _paid_sources(member_id: UserId, referral_id: UUID) -> Sequence[str]:
    """Return the source ids under which a referral has rewarded a member, oldest first."""
    return db.session.scalars(
        sa.select(PointsHistory.source_id)
        .where(
            PointsHistory.user_id == member_id,
            PointsHistory.points_type == PointsType.BONUS,
            PointsHistory.source_type == SourceType.REFERRAL,
            PointsHistory.source_id.startswith(str(referral_id)),
        )
        .order_by(PointsHistory.created_at, PointsHistory.id)
    ).all()


def _reverse_bonus(member_id: UserId, source_id: str) -> None:
    locked = get_locked_account(member_id, source_id=source_id)
    paid = locked.find(PointsType.BONUS, SourceType.REFERRAL, source_id)
    if paid is not None:
        cause = EntryCause(
            points_type=PointsType.REVERSAL, source_type=SourceType.REFERRAL, source_id=source_id
        )
        debit(locked, cause, paid.points_amount, clawback=True, before=paid.id)


def _move(user_id: UserId, origins: Sequence[ReferralState], **values: object) -> Referral | None:
    return db.session.scalars(
        sa.update(Referral)
        .where(Referral.referred_id == user_id, Referral.state.in_(origins))
        .values(**values)
        .returning(Referral)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
