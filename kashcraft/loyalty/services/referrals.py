"""Friends who come by a member's link: they open an account, prove their address, and buy."""

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
from kashcraft.loyalty.services.locked_account import EntryCause, debit, member

OPEN_STATES = (ReferralState.INVITED, ReferralState.JOINED)


def record_referral(*, user_id: UserId, code: str) -> Referral | None:
    """Note that a new member came by the link with this code; return the referral.

    None where nobody has the code, or it is their own. A second account of the same mailbox is noted as void.
    """
    referrer, friend = people.find_user_by_referral_code(code), people.find_user(user_id)
    if referrer is None or friend is None or referrer.id == user_id:
        return None
    if db.session.scalar(sa.select(LoyaltyAccount.id).where(LoyaltyAccount.user_id == referrer.id)) is None:
        return None
    state = ReferralState.JOINED if friend.is_confirmed else ReferralState.INVITED
    if rules.same_person(referrer.email, friend.email):
        state = ReferralState.VOID
    made = insert_into(Referral).values(
        id=new_id(),
        referrer_id=referrer.id,
        referred_id=user_id,
        state=state,
        joined_at=clock.now() if state is ReferralState.JOINED else None,
    )
    return db.session.scalar(made.on_conflict_do_nothing(index_elements=["referred_id"]).returning(Referral))


def mark_referral_joined(*, user_id: UserId) -> Referral | None:
    """Note that a friend has signed in, which proves their address; return the referral, once."""
    return _move(user_id, [ReferralState.INVITED], state=ReferralState.JOINED, joined_at=clock.now())


def pay_referral(*, user_id: UserId, order_id: OrderId) -> Referral | None:
    """Give both sides their points for a friend's first paid order; return the referral, or None.

    None for somebody who came by no link, whose referral is void, or has been paid before and was not taken
    back since.
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
    """LotDebit back what both sides got for a friend's first order that has gone back whole, once.

    Return the referral, or None where the order paid none. The friend's next paid order is the first again.
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
            _take_back(member_id, sources[-1])
    return referral


def _paid_sources(member_id: UserId, referral_id: UUID) -> Sequence[str]:
    """Return the source ids under which a referral has paid a member, the last one last."""
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


def _take_back(member_id: UserId, source_id: str) -> None:
    locked = member(member_id, source_id=source_id)
    paid = locked.find(PointsType.BONUS, SourceType.REFERRAL, source_id)
    if paid is not None:
        act = EntryCause(
            points_type=PointsType.REVERSAL, source_type=SourceType.REFERRAL, source_id=source_id
        )
        debit(locked, act, paid.points_amount, clawback=True, before=paid.id)


def _move(user_id: UserId, origins: Sequence[ReferralState], **values: object) -> Referral | None:
    return db.session.scalars(
        sa.update(Referral)
        .where(Referral.referred_id == user_id, Referral.state.in_(origins))
        .values(**values)
        .returning(Referral)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
