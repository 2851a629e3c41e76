"""Calculated properties of members and ledger entries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kashcraft.core.db import db, step
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyTier, PointsHistory, Tier
from kashcraft.loyalty.rules import RiskLevel
from tests.factories.rows import NOW, add_row

JOINED = datetime(2025, 11, 22, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spent", "purchases", "average"), [(0, 0, 0), (10_000, 3, 3_333), (10_001, 2, 5_001), (200, 3, 67)]
)
def test_the_average_order_is_rounded_half_up(spent: int, purchases: int, average: int) -> None:
    assert LoyaltyAccount(total_spent=spent, total_purchases=purchases).average_order_value == average


def test_risk_is_measured_from_joining_before_the_first_purchase() -> None:
    terms = {"at_risk_after": timedelta(days=90), "inactive_after": timedelta(days=180)}
    member = LoyaltyAccount(member_since=NOW - timedelta(days=100))
    assert member.status_risk_level(NOW, **terms) is RiskLevel.AT_RISK
    member.last_purchase_date = NOW - timedelta(days=1)
    assert member.status_risk_level(NOW, **terms) is RiskLevel.SAFE


@pytest.mark.usefixtures("database")
def test_next_tier_follows_the_current_one() -> None:
    with step() as session:
        session.add_all(
            [
                LoyaltyTier(tier=Tier.BRONZE, qualifying_points=0, net_spend=0),
                LoyaltyTier(tier=Tier.SILVER, follows=Tier.BRONZE, qualifying_points=500, net_spend=25_000),
            ]
        )
        add_row("loyalty_accounts", current_tier="bronze")
        add_row("loyalty_accounts", current_tier="silver")
    found = db.session.scalars(sa.select(LoyaltyAccount).options(joinedload(LoyaltyAccount.next_tier)))
    following = {member.current_tier: member.next_tier for member in found}
    assert following[Tier.SILVER] is None
    assert following[Tier.BRONZE] is not None
    assert following[Tier.BRONZE].tier is Tier.SILVER


def test_the_next_tier_is_projected_by_the_slower_of_its_two_figures() -> None:
    silver = LoyaltyTier(qualifying_points=500, net_spend=25_000)
    member = LoyaltyAccount(member_since=JOINED, total_points=400, total_spent=12_500)
    member.__dict__["next_tier"] = silver
    assert member.next_tier_projected_date(NOW) == datetime(2026, 6, 10, 10, 0, tzinfo=UTC)
    member.total_spent = 0
    assert member.next_tier_projected_date(NOW) is None
    member.__dict__["next_tier"] = None
    assert member.next_tier_projected_date(NOW) is None


def test_multiplier_is_stored_in_basis_points() -> None:
    assert PointsHistory(multiplier_bp=12_500).multiplier == Decimal("1.25")


def test_lot_is_expired_after_it_was_written_off() -> None:
    assert not PointsHistory(expired_at=None).is_expired
    assert PointsHistory(expired_at=NOW).is_expired


@pytest.mark.usefixtures("database")
def test_balance_can_be_negative() -> None:
    with step():
        add_row("loyalty_accounts", available_points=-40)
    assert db.session.scalar(sa.select(LoyaltyAccount.available_points)) == -40


@pytest.mark.usefixtures("database")
def test_a_member_with_a_ledger_cannot_be_deleted() -> None:
    with step():
        add_row("points_histories")
    with pytest.raises(sa.exc.IntegrityError), step() as session:
        session.execute(sa.delete(LoyaltyAccount))
