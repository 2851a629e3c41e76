"""Concurrent staff and jobs of the loyalty program, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.db import db, in_step
from kashcraft.core.ids import new_id
from kashcraft.core.jobs import Outbox
from kashcraft.loyalty import jobs, queries, services
from kashcraft.loyalty.models import (
    LoyaltyChange,
    LoyaltyReward,
    LoyaltyTier,
    RewardOffer,
    RewardType,
    Tier,
)
from kashcraft.loyalty.rules import first_misplaced_tier
from kashcraft.loyalty.services import TierNumbers
from kashcraft.loyalty.services.locked_account import terms_of
from kashcraft.notifications.models import Message
from tests.factories.members import account, bought, member
from tests.support.races import at_once, codes


def test_concurrent_jobs_notify_each_member_once(database: Flask) -> None:
    people = [member(200) for _ in range(8)]
    with clock.frozen(clock.now() + timedelta(days=340)):
        at_once(database, [jobs.notify_of_expiry.function] * 4)
        rows = sa.select(Message.user_id).where(Message.template == "points_expiring")
        assert sorted(db.session.scalars(rows)) == sorted(people)


def requires(tier: Tier, points: int, spend: int) -> Callable[[], Tier]:
    """Return a call that changes the requirements of a tier."""
    numbers = TierNumbers(qualifying_points=points, net_spend=spend, multiplier_bp=12_500)
    return lambda: in_step(lambda: services.edit_tier(tier=tier, numbers=numbers).tier)


def test_one_of_two_contradicting_tier_changes_succeeds(database: Flask) -> None:
    member()
    answers = at_once(database, [requires(Tier.SILVER, 1_500, 250_00), requires(Tier.GOLD, 1_000, 1_000_00)])
    assert codes(answers) == {"ok": 1, "tier_order": 1}
    db.session.expire_all()
    assert first_misplaced_tier([terms_of(row) for row in queries.list_tiers()]) is None


def test_concurrent_jobs_update_each_tier_once(database: Flask) -> None:
    people = [member(100) for _ in range(6)]
    for user_id in people:
        bought(user_id, 600_00)
    in_step(lambda: db.session.execute(sa.update(LoyaltyTier).values(net_spend=LoyaltyTier.net_spend * 4)))
    at_once(database, [jobs.settle_tiers.function] * 4)
    assert {account(user_id).current_tier for user_id in people} == {Tier.BRONZE}
    queued = sa.select(sa.func.count()).select_from(Outbox).where(Outbox.name == "loyalty.tell_of_tier")
    assert db.session.scalar(queued) == 2 * len(people)


def test_concurrent_grants_with_one_key_grant_one_reward(database: Flask) -> None:
    user_id, key = member(), new_id()
    prize = services.Prize(name="A gift", reward_type=RewardType.DISCOUNT, value=500)

    def give() -> object:
        return in_step(lambda: services.grant_reward(user_id=user_id, prize=prize, key=key).id)

    assert codes(at_once(database, [give] * 4)) == {"ok": 4}
    for table in (LoyaltyReward, LoyaltyChange):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 1


def test_concurrent_creations_with_one_key_create_one_offer(database: Flask) -> None:
    key = new_id()
    terms = services.OfferTerms(name="Off", reward_type=RewardType.DISCOUNT, value=500, points_cost=500)

    def write() -> object:
        return in_step(lambda: services.create_offer(terms=terms, key=key).id)

    assert at_once(database, [write] * 4) == [key] * 4
    for table in (RewardOffer, LoyaltyChange):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 1
