"""Reads for the back office: lists of members, tiers and offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.accounts.models import User
from kashcraft.catalogue.models import Product
from kashcraft.core import autocommit, clock
from kashcraft.core.db import db
from kashcraft.core.ids import ProductId, UserId
from kashcraft.core.settings import settings
from kashcraft.loyalty import rules
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyTier, RewardOffer, Tier
from kashcraft.loyalty.queries.membership import balance_now
from kashcraft.loyalty.rules import StaffMember

LAST_PURCHASE = sa.func.coalesce(LoyaltyAccount.last_purchase_date, LoyaltyAccount.member_since)
WHOLE_BP = 10_000
# What a list of members can be sorted by; the balance is a column of the statement.
SORTED_BY: Mapping[str, sa.SQLColumnExpression[object]] = {
    "name": sa.func.lower(User.full_name),
    "points": sa.literal_column("balance"),
    "spend": LoyaltyAccount.total_spent,
    "last": LoyaltyAccount.last_purchase_date,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberNearTier:
    """A member close to the next tier, and when the current pace reaches it."""

    user_id: UserId
    name: str
    tier: Tier
    points_missing: int
    spend_missing: int
    done_bp: int
    expected: datetime | None


def list_tiers() -> Sequence[LoyaltyTier]:
    """Return the tiers, lowest first. One statement."""
    return db.session.scalars(
        sa.select(LoyaltyTier).order_by(LoyaltyTier.qualifying_points, LoyaltyTier.net_spend)
    ).all()


def list_all_offers() -> Sequence[RewardOffer]:
    """Return every offer, active ones first, then the cheapest first."""
    return db.session.scalars(
        sa.select(RewardOffer).order_by(RewardOffer.is_active.desc(), RewardOffer.points_cost, RewardOffer.id)
    ).all()


def find_offer(offer_id: UUID) -> RewardOffer | None:
    """Return an offer, or None. One statement."""
    return db.session.get(RewardOffer, offer_id)


def find_product_by_sku(sku: str) -> ProductId | None:
    """Return the product with this SKU that a reward can give, or None. One statement."""
    found = sa.select(Product.id).where(Product.sku == sku, Product.is_gift_card.is_(False))
    return db.session.scalar(found)


def get_sku(product_id: ProductId | None) -> str:
    """Return the SKU of a product, or an empty string without one. One statement, none without a product."""
    found = sa.select(Product.sku).where(Product.id == product_id)
    return (db.session.scalar(found) or "") if product_id else ""


def search_members(
    *,
    words: str = "",
    risk: rules.RiskLevel | None = None,
    tier: Tier | None = None,
    sort: str = "name",
    descending: bool = False,
    page: int,
    size: int,
) -> tuple[list[StaffMember], int]:
    """Return one page of members, and the total number.

    Each of ``words`` is part of the name or of the e-mail address. ``sort`` is a key of
    ``SORTED_BY``; members without a purchase come last in both directions. Two statements.
    """
    wanted = _wanted(words, risk)
    if tier:
        wanted.append(LoyaltyAccount.current_tier == tier)
    counted = sa.select(sa.func.count()).select_from(LoyaltyAccount)
    total = autocommit.rows(counted.join(User, User.id == LoyaltyAccount.user_id).where(*wanted))[0][0]
    key = SORTED_BY[sort]
    order = (key.desc().nulls_last() if descending else key.asc().nulls_last(), LoyaltyAccount.user_id)
    return _rows(*wanted, order=order, limit=size, offset=(page - 1) * size), total


def count_by_risk() -> dict[rules.RiskLevel, int]:
    """Return the number of members of each risk level. One statement."""
    numbers = [sa.func.count().filter(_silent(level)).label(level.value) for level in rules.RiskLevel]
    found = autocommit.rows(
        sa.select(*numbers)
        .select_from(LoyaltyAccount)
        .join(User, User.id == LoyaltyAccount.user_id)
        .where(*_wanted("", None))
    )[0]
    return {level: found._mapping[level.value] for level in rules.RiskLevel}


def list_top_members(*, limit: int = 20) -> list[StaffMember]:
    """Return the members with the most lifetime points. One statement."""
    order = (
        LoyaltyAccount.total_points.desc(),
        LoyaltyAccount.total_spent.desc(),
        LoyaltyAccount.user_id,
    )
    return _rows(User.erased_at.is_(None), order=order, limit=limit)


def list_members_near_tier(*, limit: int = 10) -> list[MemberNearTier]:
    """Return the active members who are closest to the next tier, closest first.

    The completed part is that of the figure that is further behind. One statement.
    """
    goal, moment = LoyaltyTier, clock.now()
    buying = LoyaltyAccount.last_purchase_date > moment - settings().inactive_after
    points = _part(LoyaltyAccount.total_points, goal.qualifying_points)
    spend = _part(LoyaltyAccount.total_spent, goal.net_spend)
    done = sa.case((points < spend, points), else_=spend).label("done_bp")
    rows = autocommit.rows(
        sa.select(
            LoyaltyAccount.user_id,
            User.full_name,
            LoyaltyAccount.member_since,
            LoyaltyAccount.total_points,
            LoyaltyAccount.total_spent,
            goal.tier,
            goal.qualifying_points,
            goal.net_spend,
            done,
        )
        .join(User, User.id == LoyaltyAccount.user_id)
        .join(goal, goal.follows == LoyaltyAccount.current_tier)
        .where(User.erased_at.is_(None), buying)
        .order_by(done.desc(), LoyaltyAccount.user_id)
        .limit(limit)
    )
    return [_near_tier(row, moment) for row in rows]


def _rows(
    *conditions: sa.ColumnElement[bool],
    order: Sequence[sa.SQLColumnExpression[object]],
    limit: int,
    offset: int = 0,
) -> list[StaffMember]:
    rows = autocommit.rows(
        sa.select(
            LoyaltyAccount.user_id,
            User.full_name.label("name"),
            sa.func.coalesce(User.email, "").label("email"),
            LoyaltyAccount.current_tier.label("tier"),
            balance_now(clock.now()),
            LoyaltyAccount.total_points,
            LoyaltyAccount.total_spent,
            LoyaltyAccount.last_purchase_date.label("last_purchase"),
            LAST_PURCHASE.label("silent_since"),
        )
        .join(User, User.id == LoyaltyAccount.user_id)
        .where(*conditions)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return [_staff_member(row._mapping, clock.now()) for row in rows]


def _staff_member(found: Mapping[str, Any], moment: datetime) -> StaffMember:
    values = {name: value for name, value in found.items() if name != "silent_since"}
    risk = rules.risk_level(
        found["silent_since"],
        moment,
        at_risk_after=settings().at_risk_after,
        inactive_after=settings().inactive_after,
    )
    return StaffMember(**values, risk=risk)


def _wanted(words: str, risk: rules.RiskLevel | None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of members who were not erased, have ``risk``, and contain all ``words``."""
    found = [
        sa.or_(
            sa.func.lower(User.full_name).contains(word, autoescape=True),
            User.email_key.contains(word, autoescape=True),
        )
        for word in words.lower().split()
    ]
    return [User.erased_at.is_(None), *([_silent(risk)] if risk else []), *found]


def _silent(risk: rules.RiskLevel) -> sa.ColumnElement[bool]:
    at_risk: datetime = clock.now() - settings().at_risk_after
    inactive: datetime = clock.now() - settings().inactive_after
    if risk is rules.RiskLevel.INACTIVE:
        return inactive >= LAST_PURCHASE
    if risk is rules.RiskLevel.AT_RISK:
        return sa.and_(at_risk >= LAST_PURCHASE, inactive < LAST_PURCHASE)
    return at_risk < LAST_PURCHASE


def _part(reached: sa.SQLColumnExpression[int], wanted: sa.SQLColumnExpression[int]) -> sa.ColumnElement[int]:
    """Return the completed part of a goal in basis points. A goal of 0 is complete."""
    return sa.case(
        (reached >= wanted, WHOLE_BP),
        else_=reached * WHOLE_BP // sa.func.nullif(wanted, 0, type_=sa.BigInteger()),
    )


def _near_tier(row: sa.Row[tuple[object, ...]], moment: datetime) -> MemberNearTier:
    found = row._mapping
    since, points, spend = found["member_since"], found["total_points"], found["total_spent"]
    dates = [
        rules.projected_date(since, moment, points, found["qualifying_points"]),
        rules.projected_date(since, moment, spend, found["net_spend"]),
    ]
    known = [item for item in dates if item is not None]
    return MemberNearTier(
        user_id=found["user_id"],
        name=found["full_name"],
        tier=found["tier"],
        points_missing=max(0, found["qualifying_points"] - points),
        spend_missing=max(0, found["net_spend"] - spend),
        done_bp=int(found["done_bp"]),
        expected=max(known) if len(known) == len(dates) else None,
    )
