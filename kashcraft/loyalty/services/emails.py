"""E-mails to members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kashcraft.accounts import queries as people
from kashcraft.accounts.models import User
from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.ids import UserId
from kashcraft.core.money import Money
from kashcraft.core.settings import formats, settings
from kashcraft.loyalty import presenters, rules
from kashcraft.loyalty.models import PointsHistory, Tier
from kashcraft.notifications import services as notifications
from kashcraft.notifications.models import Message


def send_tier_email(
    *, user_id: UserId, old_tier: Tier, new_tier: Tier, at: str, reason: str = ""
) -> Message | None:
    """Queue the e-mail about a new tier, once per change, and return the message.

    It gives the reason for a lower tier. Returns None if there is no address, and for a tier that was lost by
    a refund: customers who return items do not read that it cost them a tier.
    """
    rises = rules.is_at_least(new_tier, old_tier)
    if not rises and reason == "refund":
        return None
    return _queue(
        "tier_changed",
        people.find_user(user_id),
        f"tier:{user_id}:{at}",
        tier=presenters.tier_name(new_tier),
        rises=rises,
        reason=reason,
    )


def notify_of_expiry(*, limit: int = 50) -> list[UserId]:
    """Queue an e-mail to up to ``limit`` members whose points are about to expire, and return their ids.

    A member gets an e-mail when a lot without a notice is within ``expiry_notice_days`` of its expiry. The
    e-mail covers all lots that expire within twice that time, so there is no e-mail for every single lot and
    no lot is announced twice. Points that were spent are not counted. Members without an address are marked
    as notified too.
    """
    moment, notice = clock.now(), timedelta(days=settings().expiry_notice_days)
    due = (
        sa.select(PointsHistory.user_id)
        .where(_without_notice(moment), PointsHistory.expires_at <= moment + notice)
        .distinct()
        .order_by(PointsHistory.user_id)
        .limit(limit)
    )
    user_ids = list(db.session.scalars(due))
    for user_id in user_ids:
        _notify_of_expiry(user_id, moment, moment + 2 * notice)
    return user_ids


def _notify_of_expiry(user_id: UserId, moment: datetime, until: datetime) -> None:
    announced = db.session.execute(
        sa.update(PointsHistory)
        .where(PointsHistory.user_id == user_id, _without_notice(moment), PointsHistory.expires_at <= until)
        .values(expiry_notified_at=moment)
        .returning(PointsHistory.id, PointsHistory.expires_at, PointsHistory.remaining)
        .execution_options(synchronize_session=False)
    ).all()
    lots = sorted(announced, key=lambda lot: (lot.expires_at, lot.id))
    if lots:
        days = _by_day((lot.expires_at, lot.remaining) for lot in lots)
        _queue(
            "points_expiring",
            people.find_user(user_id),
            f"expiring:{lots[0].id}",
            points=sum(points for _, points in days),
            worth=_worth(sum(points for _, points in days)),
            days=[{"day": formats().day(day), "points": points} for day, points in days],
        )


def _without_notice(moment: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        PointsHistory.remaining > 0,
        PointsHistory.expires_at > moment,
        PointsHistory.expiry_notified_at.is_(None),
    )


def _by_day(lots: Iterable[tuple[datetime, int]]) -> list[tuple[date, int]]:
    days: dict[date, int] = {}
    for expires_at, points in lots:
        day = formats().date_of(expires_at)
        days[day] = days.get(day, 0) + points
    return list(days.items())


def _worth(points: int) -> str:
    return formats().amount(Money(points * settings().point_value, settings().shop_currency))


def _queue(kind: str, user: User | None, key: str, **context: object) -> Message | None:
    if user is None or not user.email or user.erased_at is not None:
        return None
    return notifications.queue_message(
        kind=kind,
        recipient=user.email,
        key=key,
        context={"name": user.display_name, **context},
        user_id=user.id,
        locale=user.locale,
    )
