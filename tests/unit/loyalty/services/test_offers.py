"""The reward offers: created, changed with a history, and switched."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.loyalty import queries, services
from kashcraft.loyalty.models import LoyaltyReward, ProgrammeChangeKind, RewardOffer, RewardType, Tier
from kashcraft.loyalty.services import OfferTerms
from tests.factories.catalogue import make_product
from tests.factories.members import an_offer, granted, member
from tests.factories.people import person
from tests.factories.rows import NOW

pytestmark = pytest.mark.usefixtures("database", "frozen")


def terms(**values: object) -> OfferTerms:
    """Return the terms of 5.00 off for 500 points, with ``values`` changed."""
    usual: dict[str, object] = {
        "name": "5.00 off", "reward_type": RewardType.DISCOUNT, "value": 500, "points_cost": 500,
    }  # fmt: skip
    return OfferTerms(**{**usual, **values})  # type: ignore[arg-type]


def edit(offer_id: UUID, actor_id: UUID | None = None, **values: object) -> None:
    """Change the terms of an offer."""
    with step():
        services.edit_offer(offer_id=offer_id, terms=terms(**values), actor_id=actor_id)


def changes(offer_id: UUID) -> list[tuple[str, str | None, dict[str, object]]]:
    """Return (kind, actor, data) of the changes of an offer, newest first."""
    return [
        (change.kind.value, change.who, change.data) for change in queries.list_changes(offer_id=offer_id)
    ]


def test_offer_is_created_once_per_key() -> None:
    key, asha = new_id(), person()
    for _ in range(2):
        with step():
            services.create_offer(terms=terms(), key=key, actor_id=asha)
    (offer,) = db.session.scalars(sa.select(RewardOffer)).all()
    assert (offer.id, offer.name, offer.points_cost, offer.valid_days) == (key, "5.00 off", 500, 90)
    assert changes(key) == [("created", "Asha Bhat", {})]


def test_change_is_recorded_with_its_actor_and_old_values() -> None:
    offer_id, asha = an_offer(500), person()
    edit(offer_id, asha, points_cost=600, min_tier_required=Tier.GOLD, ends_at=NOW + timedelta(days=1))
    found = db.session.get_one(RewardOffer, offer_id)
    assert (found.points_cost, found.min_tier_required) == (600, Tier.GOLD)
    assert changes(offer_id)[0] == (
        "changed",
        "Asha Bhat",
        {
            "points_cost": [500, 600],
            "min_tier_required": [None, "gold"],
            "ends_at": [None, "2026-03-03T10:00:00+00:00"],
        },
    )


def test_unchanged_terms_are_not_recorded() -> None:
    offer_id = an_offer(500)
    edit(offer_id)
    with step():
        services.switch_offer(offer_id=offer_id, is_active=True)
    assert [kind for kind, _, _ in changes(offer_id)] == [ProgrammeChangeKind.CREATED]


def test_switching_is_recorded() -> None:
    offer_id = an_offer(500)
    for is_active in (False, True):
        with step():
            services.switch_offer(offer_id=offer_id, is_active=is_active)
    assert [kind for kind, _, _ in changes(offer_id)] == ["switched_on", "switched_off", "created"]


def test_existing_rewards_keep_their_terms() -> None:
    offer_id, user_id = an_offer(500), member(600)
    with step():
        reward_id = services.exchange(user_id=user_id, offer_id=offer_id).id
    edit(offer_id, name="9.00 off", value=900)
    unchanged = db.session.get_one(LoyaltyReward, reward_id, populate_existing=True)
    assert (unchanged.name, unchanged.value) == ("5.00 off", 500)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"value": 0}, "reward_without_value"),
        ({"reward_type": RewardType.VIP_UPGRADE, "value": 0}, "reward_without_value"),
        ({"reward_type": RewardType.FREE_ITEM, "value": 0}, "reward_without_product"),
        ({"product_id": UUID(int=1)}, "reward_without_product"),
        ({"starts_at": NOW, "ends_at": NOW}, "offer_dates"),
    ],
)
def test_contradictory_terms_are_refused(values: dict[str, object], code: str) -> None:
    offer_id = an_offer(500)
    with pytest.raises(DomainError, match=code):
        edit(offer_id, **values)
    with pytest.raises(DomainError, match=code), step():
        services.create_offer(terms=terms(**values))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RewardOffer)) == 1
    assert len(changes(offer_id)) == 1


def test_grant_without_a_benefit_is_refused() -> None:
    user_id = member()
    with pytest.raises(DomainError, match="reward_without_value"):
        granted(user_id, RewardType.DISCOUNT)
    assert queries.list_rewards_of_member(user_id) == []


def test_an_offer_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        edit(UUID(int=7))
    with pytest.raises(NotFound), step():
        services.switch_offer(offer_id=UUID(int=7), is_active=True)


def test_product_is_found_by_its_sku() -> None:
    bowl = make_product("Walnut bowl", sku="WB-1")
    make_product("Gift card", sku="GC-1", sold={"is_gift_card": True})
    assert queries.find_product_by_sku("WB-1") == bowl.id
    assert queries.find_product_by_sku("GC-1") is None
    assert queries.find_product_by_sku("") is None
    assert (queries.get_sku(bowl.id), queries.get_sku(None)) == ("WB-1", "")
