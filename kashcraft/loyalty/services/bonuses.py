"""Points for something other than a purchase: reviews, birthdays, corrections by staff."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from kashcraft.core import activity_log
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId, UserId
from kashcraft.core.settings import settings
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyTier, PointsHistory, PointsType, SourceType
from kashcraft.loyalty.services.locked_account import EntryCause, credit, debit, lock_account, member

MADE_UP_DAYS = 3


def bonus(*, user_id: UserId, source_type: SourceType, source_id: str, points: int) -> PointsHistory | None:
    """Give a member points for something other than a purchase, once per act; return the entry.

    None where there is nothing to give or the person is no member.
    """
    locked = lock_account(user_id, source_id=source_id)
    if locked is None or points <= 0:
        return None
    known = locked.find(PointsType.BONUS, source_type, source_id)
    act = EntryCause(points_type=PointsType.BONUS, source_type=source_type, source_id=source_id)
    return known or credit(locked, act, points)


def award_review(*, user_id: UserId, product_id: ProductId) -> PointsHistory | None:
    """Give the points for a review of a product that the member has bought, once per product."""
    return bonus(
        user_id=user_id,
        source_type=SourceType.REVIEW,
        source_id=str(product_id),
        points=settings().review_points,
    )


def set_birthday(*, user_id: UserId, day: int, month: int) -> LoyaltyAccount:
    """Note a member's birthday and return the account.

    Raises DomainError('no_such_day') and NotFound('no_member').
    """
    if not rules.is_birthday(day, month):
        raise DomainError("no_such_day", field="day")
    account = member(user_id).account
    account.birth_day, account.birth_month = day, month
    return account


def award_birthday_points(*, user_id: UserId, year: int) -> PointsHistory | None:
    """Give a member the birthday points of their tier, once per year; return the entry or None."""
    locked = lock_account(user_id, source_id=str(year))
    if locked is None or not locked.tier.birthday_points:
        return None
    act = EntryCause(points_type=PointsType.BONUS, source_type=SourceType.BIRTHDAY, source_id=str(year))
    known = locked.find(act.points_type, act.source_type, act.source_id)
    return known or credit(
        locked, act, locked.tier.birthday_points, values={"birth_year_last_redeemed": year}
    )


def award_due_birthdays(*, today: date, limit: int = 50) -> list[PointsHistory]:
    """Give birthday points to up to ``limit`` members and return the entries; empty when nobody is left.

    A day on which nothing ran is made up for until three days later.
    """
    given: list[PointsHistory] = []
    for day in (today - timedelta(days=back) for back in range(MADE_UP_DAYS + 1)):
        who = (
            sa.select(LoyaltyAccount.user_id)
            .join(LoyaltyTier, LoyaltyTier.tier == LoyaltyAccount.current_tier)
            .where(
                sa.tuple_(LoyaltyAccount.birth_month, LoyaltyAccount.birth_day).in_(rules.birthdays_on(day)),
                sa.func.coalesce(LoyaltyAccount.birth_year_last_redeemed, 0) < day.year,
                LoyaltyAccount.member_since < datetime.combine(day + timedelta(days=1), time(), UTC),
                LoyaltyTier.birthday_points > 0,
            )
            .order_by(LoyaltyAccount.user_id)
            .limit(limit - len(given))
        )
        for user_id in db.session.scalars(who).all():
            entry = award_birthday_points(user_id=user_id, year=day.year)
            given += [entry] if entry else []
    return given


def adjust(
    *, user_id: UserId, points: int, reason: str, key: str, actor_id: UserId | None = None
) -> PointsHistory:
    """Correct a balance by hand (signed), once per ``key`` (at most 40 characters); return the entry.

    A correction does not count towards a tier, and its points are a lot like any other. Raises
    DomainError('own_membership') where staff would correct their own, DomainError('reason_missing'),
    DomainError('nothing_to_adjust'), DomainError('points_short', balance=) and NotFound('no_member').
    """
    if actor_id == user_id:
        raise DomainError("own_membership", field="points")
    if not reason.strip():
        raise DomainError("reason_missing", field="reason")
    if not points:
        raise DomainError("nothing_to_adjust", field="points")
    locked = member(user_id, source_id=key)
    known = locked.find(PointsType.ADJUSTMENT, SourceType.STAFF, key)
    if known is not None:
        return known
    act = EntryCause(
        points_type=PointsType.ADJUSTMENT,
        source_type=SourceType.STAFF,
        source_id=key,
        reason=reason.strip()[:200],
        actor_id=actor_id,
    )
    entry = credit(locked, act, points, qualifies=False) if points > 0 else debit(locked, act, -points)
    activity_log.note("points", action="corrected", user_id=user_id, points=points)
    return entry
