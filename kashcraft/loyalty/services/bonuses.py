"""Points that are not earned by a purchase: reviews, birthdays, corrections by staff."""

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
from kashcraft.loyalty.services.locked_account import (
    EntryCause,
    credit,
    debit,
    get_locked_account,
    lock_account,
)

CATCH_UP_DAYS = 3


def bonus(*, user_id: UserId, source_type: SourceType, source_id: str, points: int) -> PointsHistory | None:
    """Give a member points for something other than a purchase, once per source, and return the entry.

    Returns None for no points, or if the user is not a member.
    """
    locked = lock_account(user_id, source_id=source_id)
    if locked is None or points <= 0:
        return None
    known = locked.find(PointsType.BONUS, source_type, source_id)
    cause = EntryCause(points_type=PointsType.BONUS, source_type=source_type, source_id=source_id)
    return known or credit(locked, cause, points)


def award_review(*, user_id: UserId, product_id: ProductId) -> PointsHistory | None:
    """Award the points for a review of a product that the member bought, once per product."""
    return bonus(
        user_id=user_id,
        source_type=SourceType.REVIEW,
        source_id=str(product_id),
        points=settings().review_points,
    )


def set_birthday(*, user_id: UserId, day: int, month: int) -> LoyaltyAccount:
    """Store a member's birthday and return the account.

    Raises DomainError('no_such_day') and NotFound('no_member').
    """
    if not rules.is_birthday(day, month):
        raise DomainError("no_such_day", field="day")
    account = get_locked_account(user_id).account
    account.birth_day, account.birth_month = day, month
    return account


def award_birthday_points(*, user_id: UserId, year: int) -> PointsHistory | None:
    """Award the birthday points of the member's tier, once per year. Return the entry, or None."""
    locked = lock_account(user_id, source_id=str(year))
    if locked is None or not locked.tier.birthday_points:
        return None
    cause = EntryCause(points_type=PointsType.BONUS, source_type=SourceType.BIRTHDAY, source_id=str(year))
    known = locked.find(cause.points_type, cause.source_type, cause.source_id)
    return known or credit(
        locked, cause, locked.tier.birthday_points, values={"birth_year_last_redeemed": year}
    )


def award_due_birthdays(*, today: date, limit: int = 50) -> list[PointsHistory]:
    """Award birthday points to up to ``limit`` members and return the entries; empty if none are due.

    Birthdays of the last three days are included, in case the job did not run.
    """
    entries: list[PointsHistory] = []
    for day in (today - timedelta(days=back) for back in range(CATCH_UP_DAYS + 1)):
        due = (
            sa.select(LoyaltyAccount.user_id)
            .join(LoyaltyTier, LoyaltyTier.tier == LoyaltyAccount.current_tier)
            .where(
                sa.tuple_(LoyaltyAccount.birth_month, LoyaltyAccount.birth_day).in_(rules.birthdays_on(day)),
                sa.func.coalesce(LoyaltyAccount.birth_year_last_redeemed, 0) < day.year,
                LoyaltyAccount.member_since < datetime.combine(day + timedelta(days=1), time(), UTC),
                LoyaltyTier.birthday_points > 0,
            )
            .order_by(LoyaltyAccount.user_id)
            .limit(limit - len(entries))
        )
        for user_id in db.session.scalars(due).all():
            entry = award_birthday_points(user_id=user_id, year=day.year)
            entries += [entry] if entry else []
    return entries


def adjust(
    *, user_id: UserId, points: int, reason: str, key: str, actor_id: UserId | None = None
) -> PointsHistory:
    """Correct a balance by ``points`` (signed), once per ``key`` (at most 40 characters), and return the
    entry.

    A correction does not count for the tier. Added points are a lot like any other. Raises
    DomainError('own_membership') if staff would correct their own balance, DomainError('reason_missing'),
    DomainError('nothing_to_adjust'), DomainError('points_short', balance=) and NotFound('no_member').
    """
    if actor_id == user_id:
        raise DomainError("own_membership", field="points")
    if not reason.strip():
        raise DomainError("reason_missing", field="reason")
    if not points:
        raise DomainError("nothing_to_adjust", field="points")
    locked = get_locked_account(user_id, source_id=key)
    known = locked.find(PointsType.ADJUSTMENT, SourceType.STAFF, key)
    if known is not None:
        return known
    cause = EntryCause(
        points_type=PointsType.ADJUSTMENT,
        source_type=SourceType.STAFF,
        source_id=key,
        reason=reason.strip()[:200],
        actor_id=actor_id,
    )
    entry = credit(locked, cause, points, qualifies=False) if points > 0 else debit(locked, cause, -points)
    activity_log.note("points", action="corrected", user_id=user_id, points=points)
    return entry
