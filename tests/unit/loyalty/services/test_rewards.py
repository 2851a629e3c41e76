"""Rewards: exchanged, granted, redeemed, returned and expired."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.loyalty import queries, services
from kashcraft.loyalty.models import LoyaltyReward, RewardStatus, RewardType, Tier
from kashcraft.pricing.rules import RewardKind, RewardTerms
from tests.factories.members import (
    account,
    an_offer,
    an_order,
    balance,
    bought,
    entries,
    granted,
    member,
)
from tests.factories.people import person
from tests.factories.rows import NOW

pytestmark = pytest.mark.usefixtures("database", "frozen")


def exchanged(user_id: UUID, offer_id: UUID, key: UUID | None = None) -> UUID:
    """Exchange points for a reward and return its id."""
    with step():
        return services.exchange(user_id=user_id, offer_id=offer_id, key=key).id


def reward(reward_id: UUID) -> LoyaltyReward:
    """Return a reward from the database."""
    return db.session.get_one(LoyaltyReward, reward_id, populate_existing=True)


def redeem(reward_id: UUID, user_id: UUID, order_id: UUID) -> None:
    """Redeem a reward for an order."""
    with step():
        services.redeem_reward(reward_id=reward_id, user_id=user_id, order_id=order_id)


def test_exchange_creates_a_reward_with_the_terms_of_the_offer() -> None:
    user_id = member(600)
    found = reward(exchanged(user_id, an_offer(500, valid_days=30)))
    assert balance(user_id) == 100
    assert entries(user_id)[-1] == ("redeem", "reward", -500)
    assert (found.name, found.value, found.status) == ("5.00 off", 500, RewardStatus.AVAILABLE)
    assert found.expires_at == NOW + timedelta(days=30)
    assert queries.find_reward_terms(found.id, user_id) == RewardTerms(
        reference=found.id, name="5.00 off", kind=RewardKind.DISCOUNT, value=500
    )


def test_exchange_with_the_same_key_counts_once() -> None:
    user_id, offer_id, key = member(2_000), an_offer(500), new_id()
    assert exchanged(user_id, offer_id, key) == exchanged(user_id, offer_id, key) == key
    assert balance(user_id) == 1_500


def test_exchange_with_the_key_of_another_member_is_refused() -> None:
    key, offer_id = new_id(), an_offer(500)
    exchanged(member(600), offer_id, key)
    other = member(600)
    with pytest.raises(NotFound):
        exchanged(other, offer_id, key)
    assert balance(other) == 600


def test_exchange_without_enough_points_is_refused() -> None:
    user_id, offer_id = member(499), an_offer(500)
    with pytest.raises(DomainError, match="points_short"):
        exchanged(user_id, offer_id)
    assert balance(user_id) == 499
    assert queries.list_available_rewards(user_id) == []


def test_offer_with_a_required_tier_is_refused_below_it() -> None:
    user_id, offer_id = member(500), an_offer(500, min_tier_required=Tier.SILVER)
    with pytest.raises(DomainError, match="tier_too_low"):
        exchanged(user_id, offer_id)
    bought(user_id, 600_00)
    exchanged(user_id, offer_id)
    assert balance(user_id) == 600


@pytest.mark.parametrize(
    "values",
    [
        {"starts_at": NOW + timedelta(seconds=1)},
        {"ends_at": NOW},
        {"is_active": False},
    ],
)
def test_an_offer_runs_between_its_dates_while_it_is_switched_on(values: dict[str, object]) -> None:
    user_id = member(600)
    dates = {name: value for name, value in values.items() if name != "is_active"}
    offer_id = an_offer(500, **dates)
    with step():
        services.switch_offer(offer_id=offer_id, is_active="is_active" not in values)
    with pytest.raises(NotFound, match="no_offer"):
        exchanged(user_id, offer_id)
    found = queries.find_membership(user_id)
    assert found is not None
    assert queries.list_offers(found) == []


def test_offers_show_the_missing_points_and_tier() -> None:
    user_id = member(300)
    an_offer(500, min_tier_required=Tier.GOLD)
    an_offer(200)
    found = queries.find_membership(user_id)
    assert found is not None
    seen = [
        (offer.points_cost, offer.tier_missing, offer.points_missing) for offer in queries.list_offers(found)
    ]
    assert seen == [(200, False, 0), (500, True, 200)]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"value": 0}, "reward_without_value"),
        ({"reward_type": RewardType.VIP_UPGRADE, "value": 0}, "reward_without_value"),
        ({"reward_type": RewardType.FREE_ITEM}, "reward_without_product"),
        ({"product_id": new_id()}, "reward_without_product"),
    ],
)
def test_offer_without_a_benefit_is_refused(values: dict[str, object], code: str) -> None:
    with pytest.raises(DomainError, match=code):
        an_offer(500, **values)


def test_reward_is_redeemed_once_by_one_order() -> None:
    user_id, first, second = member(600), an_order(), an_order()
    reward_id = exchanged(user_id, an_offer(500))
    redeem(reward_id, user_id, first)
    redeem(reward_id, user_id, first)
    found = reward(reward_id)
    assert (found.status, found.redeemed_at, found.order_id) == (RewardStatus.REDEEMED, NOW, first)
    with pytest.raises(DomainError, match="reward_used"):
        redeem(reward_id, user_id, second)
    assert queries.find_reward_terms(reward_id, user_id) is None


def test_reward_of_another_member_is_not_found() -> None:
    user_id, other, order_id = member(600), member(), an_order()
    reward_id = exchanged(user_id, an_offer(500))
    with pytest.raises(NotFound):
        redeem(reward_id, other, order_id)
    assert reward(reward_id).status is RewardStatus.AVAILABLE
    assert queries.find_reward_terms(reward_id, other) is None


def test_reward_requires_its_tier_when_it_is_redeemed() -> None:
    user_id, order_id = member(), an_order()
    with step():
        given = services.grant_reward(
            user_id=user_id,
            prize=services.Prize(
                name="Delivery", reward_type=RewardType.FREE_SHIPPING, min_tier_required=Tier.SILVER
            ),
        )
    assert queries.list_usable_rewards(user_id) == []
    with pytest.raises(DomainError, match="tier_too_low"):
        redeem(given.id, user_id, order_id)
    bought(user_id, 600_00)
    assert [item.id for item in queries.list_usable_rewards(user_id)] == [given.id]
    redeem(given.id, user_id, order_id)


def test_unpaid_order_returns_its_reward_once_and_a_late_payment_redeems_it_again() -> None:
    user_id, order_id = member(600), an_order()
    reward_id = exchanged(user_id, an_offer(500))
    redeem(reward_id, user_id, order_id)
    with step():
        assert services.return_reward(order_id=order_id) is not None
    with step():
        assert services.return_reward(order_id=order_id) is None
    found = reward(reward_id)
    assert (found.status, found.redeemed_at, found.order_id) == (RewardStatus.AVAILABLE, None, None)
    redeem(reward_id, user_id, order_id)
    assert reward(reward_id).order_id == order_id


def test_expired_reward_cannot_be_redeemed_and_is_marked(frozen: clock.FrozenClock) -> None:
    user_id, order_id = member(600), an_order()
    reward_id = exchanged(user_id, an_offer(500, valid_days=30))
    frozen.advance(days=30)
    assert queries.list_usable_rewards(user_id) == []
    with pytest.raises(DomainError, match="reward_expired"):
        redeem(reward_id, user_id, order_id)
    with step():
        assert services.expire_rewards() == [reward_id]
    with step():
        assert services.expire_rewards() == []
    assert reward(reward_id).status is RewardStatus.EXPIRED


def test_an_upgrade_is_started_not_redeemed_by_an_order() -> None:
    user_id, order_id = member(600), an_order()
    offer_id = an_offer(500, name="A tier up", reward_type=RewardType.VIP_UPGRADE, value=3)
    reward_id = exchanged(user_id, offer_id)
    assert queries.list_usable_rewards(user_id) == []
    with pytest.raises(NotFound):
        redeem(reward_id, user_id, order_id)
    with step():
        services.start_upgrade(reward_id=reward_id, user_id=user_id)
    with pytest.raises(DomainError, match="reward_used"), step():
        services.start_upgrade(reward_id=reward_id, user_id=user_id)
    found = account(user_id)
    assert (found.current_tier, found.tier_lift_until) == ("silver", NOW.replace(month=6))


def test_a_discount_cannot_be_started() -> None:
    user_id = member(600)
    reward_id = exchanged(user_id, an_offer(500))
    with pytest.raises(NotFound), step():
        services.start_upgrade(reward_id=reward_id, user_id=user_id)


def test_upgrade_is_refused_in_the_highest_tier() -> None:
    user_id = member(500)
    bought(user_id, 5_000_00)
    assert account(user_id).current_tier == "platinum"
    offer_id = an_offer(500, name="A tier up", reward_type=RewardType.VIP_UPGRADE, value=3)
    with pytest.raises(DomainError, match="highest_tier"):
        exchanged(user_id, offer_id)
    with step():
        given = services.grant_reward(
            user_id=user_id,
            prize=services.Prize(name="A tier up", reward_type=RewardType.VIP_UPGRADE, value=3),
        )
    with pytest.raises(DomainError, match="highest_tier"), step():
        services.start_upgrade(reward_id=given.id, user_id=user_id)
    assert reward(given.id).status is RewardStatus.AVAILABLE


def test_expired_and_redeemed_rewards_remain_in_the_list() -> None:
    user_id, order_id = member(600), an_order()
    redeem(exchanged(user_id, an_offer(500)), user_id, order_id)
    assert queries.list_available_rewards(user_id) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LoyaltyReward)) == 1


def test_returned_reward_that_has_expired_is_valid_for_another_month(frozen: clock.FrozenClock) -> None:
    user_id, order_id = member(600), an_order()
    reward_id = exchanged(user_id, an_offer(500, valid_days=10))
    redeem(reward_id, user_id, order_id)
    frozen.advance(days=10)
    with step():
        services.return_reward(order_id=order_id)
    found = reward(reward_id)
    assert (found.status, found.expires_at) == (RewardStatus.AVAILABLE, NOW + timedelta(days=40))


def test_returned_reward_without_an_expiry_has_none() -> None:
    user_id, order_id = member(), an_order()
    reward_id = granted(user_id, RewardType.DISCOUNT, 500)
    redeem(reward_id, user_id, order_id)
    with step():
        services.return_reward(order_id=order_id)
    assert (reward(reward_id).status, reward(reward_id).expires_at) == (RewardStatus.AVAILABLE, None)


@pytest.mark.parametrize(
    ("kind", "sent", "status"),
    [
        (RewardType.FREE_SHIPPING, True, RewardStatus.REDEEMED),
        (RewardType.FREE_SHIPPING, False, RewardStatus.AVAILABLE),
        (RewardType.DISCOUNT, True, RewardStatus.AVAILABLE),
    ],
)
def test_free_delivery_of_a_sent_order_is_not_returned(
    kind: RewardType, sent: bool, status: RewardStatus
) -> None:
    user_id, order_id = member(), an_order()
    reward_id = granted(user_id, kind, 500 if kind is RewardType.DISCOUNT else 0)
    redeem(reward_id, user_id, order_id)
    with step():
        services.return_reward(order_id=order_id, sent=sent)
    assert reward(reward_id).status is status


def test_reward_is_granted_once_per_key_with_its_reason_and_actor() -> None:
    user_id, other, asha, key = member(), member(), person(), new_id()
    prize = services.Prize(name="5.00 off", reward_type=RewardType.DISCOUNT, value=500)
    for _ in range(2):
        with step():
            services.grant_reward(user_id=user_id, prize=prize, key=key, reason="Late parcel", actor_id=asha)
    with pytest.raises(NotFound), step():
        services.grant_reward(user_id=other, prize=prize, key=key)
    (found,) = queries.list_rewards_of_member(user_id)
    assert (found.id, found.who, found.why) == (key, "Asha Bhat", "Late parcel")
    assert queries.list_rewards_of_member(other) == []
