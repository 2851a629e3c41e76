"""New members, tiers, upgrades that end, and points that expire."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kashcraft.accounts.models import User
from kashcraft.core import bus, clock
from kashcraft.core.db import db, step
from kashcraft.events.loyalty import TierChanged
from kashcraft.loyalty import queries, services
from kashcraft.loyalty.models import LoyaltyTier, PointsHistory, RewardType
from tests.factories.members import account, balance, bought, entries, lots, member
from tests.factories.people import person
from tests.factories.rows import NOW

pytestmark = pytest.mark.usefixtures("database", "frozen")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[TierChanged]:
    """The changes of tier that were published."""
    seen: list[TierChanged] = []
    wiring = bus.Wiring(in_step=(seen.append,))
    monkeypatch.setitem(bus._map, TierChanged, wiring)
    return seen


def upgrade(user_id, months: int) -> None:  # type: ignore[no-untyped-def]
    """Start an upgrade of a number of months for a member."""
    with step():
        reward = services.grant_reward(
            user_id=user_id,
            prize=services.Prize(name="A tier up", reward_type=RewardType.VIP_UPGRADE, value=months),
        )
    with step():
        services.start_upgrade(reward_id=reward.id, user_id=user_id)


def test_first_member_creates_the_four_tiers() -> None:
    member()
    rows = [
        (row.tier, row.follows, row.qualifying_points, row.net_spend, row.multiplier_bp, row.birthday_points)
        for row in queries.list_tiers()
    ]
    assert rows == [
        ("bronze", None, 0, 0, 10_000, 50),
        ("silver", "bronze", 500, 250_00, 12_500, 100),
        ("gold", "silver", 2_000, 1_000_00, 15_000, 200),
        ("platinum", "gold", 5_000, 3_000_00, 20_000, 500),
    ]


def test_existing_tiers_are_not_overwritten() -> None:
    member()
    with step():
        db.session.execute(sa.update(LoyaltyTier).values(birthday_points=7))
    member()
    assert {row.birthday_points for row in queries.list_tiers()} == {7}


def test_new_account_has_welcome_points_a_referral_code_and_the_first_tier() -> None:
    user_id = person()
    with step():
        services.open_account(user_id=user_id)
    found = account(user_id)
    assert (balance(user_id), found.total_points, found.current_tier) == (100, 100, "bronze")
    assert (found.member_since, found.tier_reached_at) == (NOW, NOW)
    assert found.inactive_date == NOW + timedelta(days=180)
    assert len(db.session.scalar(sa.select(User.referral_code).where(User.id == user_id)) or "") == 8


def test_welcome_points_are_awarded_once() -> None:
    user_id = person()
    for _ in range(2):
        with step():
            services.open_account(user_id=user_id)
    assert entries(user_id) == [("bonus", "signup", 100)]


def test_new_tier_is_published_with_its_time(published: list[TierChanged], frozen: clock.FrozenClock) -> None:
    user_id = member()
    frozen.advance(days=2)
    bought(user_id, 600_00)
    assert published == [TierChanged(user_id, "bronze", "silver", "2026-03-04T10:00:00+00:00")]
    assert account(user_id).tier_reached_at == NOW + timedelta(days=2)


def test_upgrade_raises_the_tier_without_points_until_it_ends(
    published: list[TierChanged], frozen: clock.FrozenClock
) -> None:
    user_id = member()
    upgrade(user_id, 3)
    found = account(user_id)
    assert (found.current_tier, found.total_points, found.available_points) == ("silver", 100, 0)
    assert found.tier_lift_until == NOW.replace(month=6)
    bought(user_id, 40_00)
    assert balance(user_id) == 50
    frozen.advance(days=92)
    summary = queries.find_summary(user_id)
    assert summary is not None
    assert summary.tier.tier == "bronze"
    with step():
        assert [row.user_id for row in services.end_due_upgrades()] == [user_id]
    with step():
        assert services.end_due_upgrades() == []
    found = account(user_id)
    assert (found.current_tier, found.tier_lift_until) == ("bronze", None)
    assert [(change.old_tier, change.new_tier) for change in published] == [
        ("bronze", "silver"),
        ("silver", "bronze"),
    ]


def test_second_upgrade_starts_when_the_first_ends() -> None:
    user_id = member()
    upgrade(user_id, 3)
    upgrade(user_id, 2)
    found = account(user_id)
    assert (found.current_tier, found.tier_lift_until) == ("silver", NOW.replace(month=8))


def test_expiry_writes_off_the_rest_of_each_expired_lot(frozen: clock.FrozenClock) -> None:
    user_id = member(300)
    frozen.advance(days=30)
    bought(user_id, 70_00)
    with step():
        services.adjust(user_id=user_id, points=-150, reason="A mistake", key="second")
    frozen.advance(days=335)
    with step():
        assert [row.user_id for row in services.expire_due()] == [user_id]
    with step():
        assert services.expire_due() == []
    assert entries(user_id)[-1] == ("expiration", "lot", -150)
    assert (balance(user_id), lots(user_id)) == (70, [70])
    assert account(user_id).total_points == 170
    written_off = db.session.scalars(
        sa.select(PointsHistory).where(PointsHistory.expired_at.is_not(None))
    ).all()
    assert [(row.lot_points, row.remaining, row.is_expired) for row in written_off] == [(200, 0, True)]


def test_balance_excludes_expired_points_before_the_job_runs(frozen: clock.FrozenClock) -> None:
    user_id = member(300)
    frozen.advance(days=365)
    assert account(user_id).available_points == 300
    assert queries.get_points_terms(user_id, 100).balance == 0
    summary = queries.find_summary(user_id)
    assert summary is not None
    assert (summary.balance, summary.worth) == (0, 0)
