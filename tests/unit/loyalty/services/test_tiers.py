"""Tiers whose requirements and benefits staff change."""

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
    """Change the numbers of a tier, by default those of silver."""
    with step():
        services.edit_tier(tier=tier, numbers=TierNumbers(**{**SILVER, **values}), actor_id=actor_id)


def tier_of(user_id: UUID) -> tuple[str, str]:
    """Return the calculated tier of a member, and the stored one."""
    found = queries.find_membership(user_id)
    assert found is not None
    return found.tier.tier.value, account(user_id).current_tier.value


@pytest.fixture
def silver() -> UUID:
    """A silver member with 600 net spend and 700 lifetime points, welcome points included."""
    user_id = member()
    bought(user_id, 600_00)
    assert tier_of(user_id) == ("silver", "silver")
    return user_id


def test_new_requirements_apply_at_once_and_the_job_updates_stored_tiers(
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


def test_purchase_before_the_job_earns_with_the_new_tier(silver: UUID) -> None:
    edit(net_spend=1_000_00)
    before = account(silver).available_points
    bought(silver, 10_00)
    assert account(silver).available_points == before + 10
    assert tier_of(silver) == ("bronze", "bronze")


def test_stale_tiers_are_updated_in_batches_and_others_are_skipped() -> None:
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


def test_running_upgrade_raises_the_new_tier(silver: UUID, frozen: clock.FrozenClock) -> None:
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


def test_changed_benefits_move_no_member(silver: UUID) -> None:
    asha = person()
    with step() as session:
        session.execute(sa.delete(Outbox))
    edit(actor_id=asha, birthday_points=150, multiplier_bp=13_000, waitlist_first=True)
    row = db.session.scalars(sa.select(LoyaltyTier).where(LoyaltyTier.tier == Tier.SILVER)).one()
    assert (row.birthday_points, row.multiplier_bp, row.waitlist_first) == (150, 13_000, True)
    assert db.session.scalars(sa.select(Outbox.name)).all() == []
    (change,) = queries.list_changes(tier_id=row.id)
    assert (change.kind, change.who) == ("changed", "Asha Bhat")
    assert change.data == {
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
def test_requirements_that_do_not_rise_are_refused(silver: UUID, tier: Tier, values: dict[str, Any]) -> None:
    before = [(row.tier, row.qualifying_points, row.net_spend) for row in queries.list_tiers()]
    with pytest.raises(DomainError, match="tier_order"):
        edit(tier, **values)
    db.session.expire_all()
    assert [(row.tier, row.qualifying_points, row.net_spend) for row in queries.list_tiers()] == before
    assert tier_of(silver) == ("silver", "silver")


def test_missing_tier_is_not_found() -> None:
    with pytest.raises(NotFound):
        edit()


def test_number_of_rising_and_falling_members_is_known_in_advance(silver: UUID) -> None:
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
