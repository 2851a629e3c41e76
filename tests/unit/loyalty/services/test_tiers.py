"""Tiers whose numbers staff change, and members who follow at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from kashcraft.core import clock, jobs
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.jobs import Outbox
from kashcraft.loyalty import jobs as member_jobs
from kashcraft.loyalty import queries, services
from kashcraft.loyalty.models import LoyaltyTier, RewardType, Tier, TierDelivery
from kashcraft.loyalty.queries import TierMoves
from kashcraft.loyalty.rules import TierTerms
from kashcraft.loyalty.services import TierNumbers
from tests.factories.members import account, bought, granted, member
from tests.factories.people import person
from tests.factories.rows import NOW

pytestmark = pytest.mark.usefixtures("database", "frozen")

SILVER: dict[str, Any] = {
    "qualifying_points": 500, "net_spend": 250_00, "multiplier_bp": 12_500, "birthday_points": 100,
    "free_shipping": TierDelivery.STANDARD, "free_shipping_from": 50_00,
}  # fmt: skip


def edit(tier: Tier = Tier.SILVER, actor_id: UUID | None = None, **values: Any) -> None:
    """Give a tier other numbers than those of silver."""
    with step():
        services.edit_tier(tier=tier, numbers=TierNumbers(**{**SILVER, **values}), actor_id=actor_id)


def tier_of(user_id: UUID) -> tuple[str, str]:
    """Return the tier that a member has, and the one that the account keeps."""
    found = queries.find_membership(user_id)
    assert found is not None
    return found.tier.tier.value, account(user_id).current_tier.value


@pytest.fixture
def silver() -> UUID:
    """A silver member: 600 net and 700 lifetime points, with that of joining."""
    user_id = member()
    bought(user_id, 600_00)
    assert tier_of(user_id) == ("silver", "silver")
    return user_id


def test_members_follow_at_once_and_their_accounts_by_the_job(
    silver: UUID, frozen: clock.FrozenClock
) -> None:
    frozen.advance(hours=1)
    edit(net_spend=600_01)
    assert tier_of(silver) == ("bronze", "silver")
    for _ in range(2):
        jobs.run_due()
        assert tier_of(silver) == ("bronze", "bronze")
    assert account(silver).tier_reached_at == NOW + timedelta(hours=1)
    edit(net_spend=600_00)
    jobs.run_due()
    assert tier_of(silver) == ("silver", "silver")


def test_a_purchase_between_the_change_and_the_job_earns_by_the_new_tier(silver: UUID) -> None:
    edit(net_spend=1_000_00)
    before = account(silver).available_points
    bought(silver, 10_00)
    assert account(silver).available_points == before + 10
    assert tier_of(silver) == ("bronze", "bronze")


def test_everybody_is_settled_in_batches_and_who_is_right_is_left_alone() -> None:
    people = []
    for _ in range(7):
        people.append(member())
        bought(people[-1], 600_00)
    waiting = member()
    edit(qualifying_points=100, net_spend=0)
    edit(Tier.GOLD, qualifying_points=600, net_spend=600_00)
    first: list[UUID] = []
    with step():
        batch = services.settle_tiers(limit=3)
        first = [row.user_id for row in batch]
    assert len(first) == 3
    with step():
        rest = [row.user_id for row in services.settle_tiers(after=first[-1])]
    assert sorted(first + rest) == sorted([*people, waiting])
    with step():
        assert services.settle_tiers() == []
    assert {tier_of(user_id) for user_id in people} == {("gold", "gold")}
    assert tier_of(waiting) == ("silver", "silver")


def test_an_upgrade_that_runs_lifts_from_the_new_tier(silver: UUID, frozen: clock.FrozenClock) -> None:
    reward_id = granted(silver, RewardType.VIP_UPGRADE, 1)
    with step():
        services.start_upgrade(reward_id=reward_id, user_id=silver)
    assert tier_of(silver) == ("gold", "gold")
    edit(net_spend=900_00)
    member_jobs.settle_tiers()
    assert tier_of(silver) == ("silver", "silver")
    frozen.advance(days=40)
    member_jobs.settle_tiers()
    assert tier_of(silver) == ("bronze", "bronze")


def test_what_a_tier_gives_may_change_without_anybody_moving(silver: UUID) -> None:
    asha = person()
    with step() as session:
        session.execute(sa.delete(Outbox))
    edit(actor_id=asha, birthday_points=150, multiplier_bp=13_000, waitlist_first=True)
    row = db.session.scalars(sa.select(LoyaltyTier).where(LoyaltyTier.tier == Tier.SILVER)).one()
    assert (row.birthday_points, row.multiplier_bp, row.waitlist_first) == (150, 13_000, True)
    assert db.session.scalars(sa.select(Outbox.name)).all() == []
    (act,) = queries.list_changes(tier_id=row.id)
    assert (act.kind, act.who) == ("changed", "Asha Bhat")
    assert act.data == {
        "birthday_points": [100, 150], "multiplier_bp": [12_500, 13_000], "waitlist_first": [False, True],
    }  # fmt: skip
    edit(birthday_points=150, multiplier_bp=13_000, waitlist_first=True)
    assert len(queries.list_changes(tier_id=row.id)) == 1


@pytest.mark.parametrize(
    ("tier", "values"),
    [
        (Tier.SILVER, {"qualifying_points": 2_000}),
        (Tier.SILVER, {"qualifying_points": 0}),
        (Tier.SILVER, {"net_spend": 1_000_01}),
        (Tier.BRONZE, {"qualifying_points": 1, "net_spend": 0}),
        (Tier.BRONZE, {"qualifying_points": 0, "net_spend": 1}),
    ],
)
def test_a_ladder_that_does_not_rise_is_refused_and_nothing_changes(
    silver: UUID, tier: Tier, values: dict[str, Any]
) -> None:
    before = [(row.tier, row.qualifying_points, row.net_spend) for row in queries.list_tiers()]
    with pytest.raises(DomainError, match="tier_order"):
        edit(tier, **values)
    db.session.expire_all()
    assert [(row.tier, row.qualifying_points, row.net_spend) for row in queries.list_tiers()] == before
    assert tier_of(silver) == ("silver", "silver")


def test_a_shop_without_tiers_has_none_to_change() -> None:
    with pytest.raises(NotFound):
        edit()


def test_how_many_rise_and_fall_is_known_before(silver: UUID) -> None:
    joined = [member() for _ in range(2)]
    now = [
        TierTerms(tier=row.tier, qualifying_points=row.qualifying_points, net_spend=row.net_spend)
        for row in queries.list_tiers()
    ]

    def then(points: int, spend: int) -> TierMoves:
        new = TierTerms(tier=Tier.SILVER, qualifying_points=points, net_spend=spend)
        return queries.get_tier_moves(now, [new if item.tier is Tier.SILVER else item for item in now])

    assert then(500, 250_00) == TierMoves(rise=0, fall=0)
    assert then(701, 250_00) == TierMoves(rise=0, fall=1)
    assert then(700, 600_00) == TierMoves(rise=0, fall=0)
    assert then(100, 0) == TierMoves(rise=len(joined), fall=0)
