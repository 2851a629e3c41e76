"""Figures of the loyalty program: its members, the value of the points, and how they come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa

from kashcraft.core import autocommit, clock
from kashcraft.core.settings import settings, shop_time
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import LoyaltyTier, PointsHistory, PointsType, SourceType, Tier
from kashcraft.loyalty.queries.members import LAST_PURCHASE
from kashcraft.loyalty.queries.membership import balance_now
from kashcraft.loyalty.queries.tiers_sql import tier_index


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Members by tier and by risk, and their points. ``debt`` is the sum of all negative balances.

    ``worth`` is the discount that the points give at checkout, in minor units.
    """

    tiers: dict[Tier, int]
    risks: dict[rules.RiskLevel, int]
    outstanding: int
    debt: int
    worth: int

    @property
    def members(self) -> int:
        """Return the number of members."""
        return sum(self.tiers.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeMonth:
    """The points of one month, as positive numbers.

    ``earned`` by orders, ``granted`` as bonuses and corrections, ``spent`` less what was returned,
    ``reversed`` by refunds, and ``expired``.
    """

    start: date
    earned: int
    granted: int
    spent: int
    reversed: int
    expired: int

    @property
    def change(self) -> int:
        """Return the change of the outstanding points."""
        return self.earned + self.granted - self.spent - self.reversed - self.expired


@dataclass(frozen=True, slots=True)
class MonthlyExpiry:
    """The points that expire in a month unless they are spent. ``start`` is None for all later months."""

    start: date | None
    points: int


CONDITIONS = {
    "earned": PointsHistory.points_type == PointsType.EARN,
    "granted": PointsHistory.points_type.in_([PointsType.BONUS, PointsType.ADJUSTMENT]),
    "spent": sa.or_(
        PointsHistory.points_type == PointsType.REDEEM, PointsHistory.source_type == SourceType.REDEMPTION
    ),
    "reversed": sa.and_(
        PointsHistory.points_type == PointsType.REVERSAL,
        PointsHistory.source_type.in_([SourceType.REFUND, SourceType.REFERRAL]),
    ),
    "expired": PointsHistory.points_type == PointsType.EXPIRATION,
}
# These lower a balance; they are shown as positive numbers.
SHOWN_POSITIVE = ("spent", "reversed", "expired")


def get_programme(tiers: Sequence[LoyaltyTier]) -> Programme:
    """Return the figures of the program now, by the given tiers. One statement."""
    moment = clock.now()
    terms = [
        rules.TierTerms(tier=row.tier, qualifying_points=row.qualifying_points, net_spend=row.net_spend)
        for row in tiers
    ]
    members = sa.select(
        tier_index(terms).label("tier_index"), LAST_PURCHASE.label("silent_since"), balance_now(moment)
    ).subquery()
    at_risk = members.c.silent_since <= moment - settings().at_risk_after
    inactive = members.c.silent_since <= moment - settings().inactive_after
    rows = autocommit.rows(
        sa.select(
            members.c.tier_index,
            sa.func.count().label("members"),
            sa.func.count().filter(at_risk).label("silent"),
            sa.func.count().filter(inactive).label("inactive"),
            sa.func.sum(sa.case((members.c.balance > 0, members.c.balance), else_=0)).label("points"),
            sa.func.sum(sa.case((members.c.balance < 0, -members.c.balance), else_=0)).label("debt"),
        ).group_by(members.c.tier_index)
    )
    by_tier = {row.tier_index: row.members for row in rows}
    silent, inactive_members = sum(row.silent for row in rows), sum(row.inactive for row in rows)
    outstanding = int(sum(row.points for row in rows))
    return Programme(
        tiers={tier: by_tier.get(place, 0) for place, tier in enumerate(rules.LADDER)},
        risks={
            rules.RiskLevel.SAFE: sum(by_tier.values()) - silent,
            rules.RiskLevel.AT_RISK: silent - inactive_members,
            rules.RiskLevel.INACTIVE: inactive_members,
        },
        outstanding=outstanding,
        debt=int(sum(row.debt for row in rows)),
        worth=outstanding * settings().point_value,
    )


def list_months(count: int = 12) -> list[ProgrammeMonth]:
    """Return the points of the last ``count`` months, the current one included, newest first.

    Months are those of the shop's time zone. One statement.
    """
    starts = rules.month_starts(shop_time().date(), 1 - count, 0)
    begin = [_midnight(start) for start in starts]
    sums = [
        sa.func.coalesce(sa.func.sum(_points(condition)), 0).label(name)
        for name, condition in CONDITIONS.items()
    ]
    month = _bucket(PointsHistory.created_at, begin)
    rows = autocommit.rows(
        sa.select(month.label("month"), *sums).where(PointsHistory.created_at >= begin[0]).group_by(month)
    )
    found = {row.month: row._mapping for row in rows}
    return [
        ProgrammeMonth(
            start=start,
            **{
                name: int(found[place][name] if place in found else 0) * (-1 if name in SHOWN_POSITIVE else 1)
                for name in CONDITIONS
            },
        )
        for place, start in reversed(list(enumerate(starts)))
    ]


def list_monthly_expiries(count: int = 6) -> list[MonthlyExpiry]:
    """Return the points that expire in this month, in each of the next months, and in all later ones.

    Months without points are left out. One statement.
    """
    starts = rules.month_starts(shop_time().date(), 0, count)
    month = _bucket(PointsHistory.expires_at, [_midnight(start) for start in starts])
    rows = autocommit.rows(
        sa.select(month.label("month"), sa.func.sum(PointsHistory.remaining).label("points"))
        .where(PointsHistory.remaining > 0, PointsHistory.expires_at > clock.now())
        .group_by(month)
        .order_by(month)
    )
    return [MonthlyExpiry(starts[row.month] if row.month < count else None, int(row.points)) for row in rows]


def _points(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, PointsHistory.points_amount), else_=0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), settings().zone)


def _bucket(
    moment: sa.SQLColumnExpression[datetime | None], starts: Sequence[datetime]
) -> sa.ColumnElement[int]:
    """Return the index of the span that contains a time. The spans begin at ``starts``."""
    later = [(moment >= start, place) for place, start in reversed(list(enumerate(starts)))]
    return sa.case(*later, else_=0)
