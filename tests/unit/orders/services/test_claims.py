"""Claims of an order beside its stock: all or nothing, released once, made again for a late payment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import new_id
from kashcraft.gift_cards.models import GiftCard
from kashcraft.inventory.models import Inventory
from kashcraft.loyalty import services as loyalty
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyReward, RewardType
from kashcraft.orders import jobs, services
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from kashcraft.orders.rules import OrderDraft
from kashcraft.payments import services as payments
from kashcraft.pricing.rules import PointsTerms, RewardKind, RewardTerms
from kashcraft.vouchers import services as vouchers
from kashcraft.vouchers.models import Voucher
from tests.factories.orders import card_terms, draft_of, member, pay, placed, stocked, voucher_terms


@dataclass
class Scarce:
    """A member with 800 points and a reward, a 10 % voucher for one use, two gift cards, and a product."""

    user_id: UUID
    product: Product
    benefits: dict[str, Any]

    def draft(self, **values: Any) -> OrderDraft:
        return draft_of([(self.product, 2)], user_id=self.user_id, **self.benefits, **values)

    def claimed(self) -> tuple[int, int, int, int, str, int]:
        """Return held units, uses of the voucher, both cards' balances, status of the reward, and points."""
        db.session.expire_all()
        cards = [db.session.get_one(GiftCard, card.reference) for card in self.benefits["gift_cards"]]
        return (
            db.session.scalars(
                sa.select(Inventory.reserved).where(Inventory.product_id == self.product.id)
            ).one(),
            db.session.get_one(Voucher, self.benefits["voucher"].reference).current_usages,
            cards[0].current_balance,
            cards[1].current_balance,
            db.session.get_one(LoyaltyReward, self.benefits["reward"].reference).status.value,
            db.session.scalars(sa.select(LoyaltyAccount.available_points)).one(),
        )


FREE = (0, 0, 1500, 2500, "available", 800)
# Goods 80.00, voucher -8.00, reward -5.00, points -5.00; 67.00 with delivery, 40.00 of it by gift card.
TAKEN = (2, 1, 0, 0, "redeemed", 300)


@pytest.fixture
def scarce(database: Flask, frozen: FrozenClock) -> Scarce:
    user_id = member(800)
    with step():
        reward = loyalty.grant_reward(
            user_id=user_id, prize=loyalty.Prize(name="Five off", reward_type=RewardType.DISCOUNT, value=500)
        )
    benefits = {
        "voucher": voucher_terms(max_usages=1, per_user=1),
        "reward": RewardTerms(reference=reward.id, name="Five off", kind=RewardKind.DISCOUNT, value=500),
        "points": PointsTerms(points=500, balance=800),
        "gift_cards": (card_terms(1500), card_terms(2500)),
    }
    return Scarce(user_id, stocked(5), benefits)


def place(draft: OrderDraft) -> Order:
    with step():
        return placed(draft)


def test_placing_an_order_claims_voucher_card_points_and_reward(scarce: Scarce) -> None:
    order = place(scarce.draft())

    assert scarce.claimed() == TAKEN
    order = db.session.get_one(Order, order.id)
    assert (order.discount_total, order.total, order.gift_card_total, order.amount_due) == (
        1800, 6700, 4000, 2700,
    )  # fmt: skip
    assert order.voucher_code == scarce.benefits["voucher"].code
    assert (order.points_spent, order.reward_id) == (500, scarce.benefits["reward"].reference)
    line = db.session.scalars(sa.select(OrderLine)).one()
    assert (line.discount, line.points_discount) == (1800, 500)


def test_placing_a_checkout_again_makes_no_further_claims(scarce: Scarce) -> None:
    draft = scarce.draft(checkout_id=new_id())

    assert place(draft).id == place(draft).id
    assert scarce.claimed() == TAKEN


def use_voucher(scarce: Scarce) -> None:
    other = place(draft_of([(stocked(1), 1)], voucher=scarce.benefits["voucher"]))
    assert other.voucher_code


def empty_card(scarce: Scarce) -> None:
    place(draft_of([(stocked(1, price="9.00"), 1)], gift_cards=scarce.benefits["gift_cards"][1:]))


def use_reward(scarce: Scarce) -> None:
    place(draft_of([(stocked(1), 1)], user_id=scarce.user_id, reward=scarce.benefits["reward"]))


REFUSALS: list[tuple[Callable[[Scarce], None], str]] = [
    (use_voucher, "voucher_used_up"),
    (empty_card, "gift_card_short"),
    (use_reward, "reward_used"),
]


@pytest.mark.parametrize(("taken_before", "code"), REFUSALS, ids=[code for _, code in REFUSALS])
def test_a_claim_that_another_customer_made_first_is_refused_without_partial_changes(
    scarce: Scarce, taken_before: Callable[[Scarce], None], code: str
) -> None:
    draft = scarce.draft()
    taken_before(scarce)
    before = scarce.claimed(), db.session.scalar(sa.select(sa.func.count()).select_from(Order))
    with pytest.raises(DomainError, match=code):
        place(draft)

    assert (scarce.claimed(), db.session.scalar(sa.select(sa.func.count()).select_from(Order))) == before


def test_spent_points_are_refused_without_partial_changes(scarce: Scarce) -> None:
    draft = scarce.draft()
    with step():
        loyalty.adjust(user_id=scarce.user_id, points=-400, key="used", reason="Used elsewhere")
    with pytest.raises(DomainError, match="points_short"):
        place(draft)

    assert scarce.claimed() == (*FREE[:5], 400)


def cancelled(order: Order) -> None:
    for _ in range(2):
        with step():
            services.cancel(order_id=order.id)


def expired(_: Order) -> None:
    jobs.expire_due()
    jobs.expire_due()


@pytest.mark.parametrize("end", [cancelled, expired])
def test_an_order_that_ends_unpaid_releases_all_claims_once(
    scarce: Scarce, frozen: FrozenClock, end: Callable[[Order], None]
) -> None:
    order = place(scarce.draft())
    frozen.advance(minutes=31)
    end(order)

    assert scarce.claimed() == FREE


def test_a_late_payment_makes_all_claims_again(scarce: Scarce, frozen: FrozenClock) -> None:
    order = place(scarce.draft())
    frozen.advance(minutes=31)
    jobs.expire_due()
    pay(order.id)

    # Goods for 62.00 earn 62 points.
    assert scarce.claimed() == (0, 1, 0, 0, "redeemed", 300 + 62)
    assert db.session.get_one(Order, order.id).status is OrderStatus.PAID


@pytest.mark.parametrize(("claim_concurrently", "code"), REFUSALS, ids=[code for _, code in REFUSALS])
def test_a_late_payment_makes_no_claims_if_one_is_unavailable(
    scarce: Scarce, frozen: FrozenClock, claim_concurrently: Callable[[Scarce], None], code: str
) -> None:
    order = place(scarce.draft())
    frozen.advance(minutes=31)
    jobs.expire_due()
    claim_concurrently(scarce)
    before = scarce.claimed()
    with pytest.raises(DomainError, match="cannot_be_fulfilled") as refusal:
        pay(order.id)

    assert refusal.value.details["cause"] == code
    assert scarce.claimed() == before
    assert db.session.get_one(Order, order.id).status is OrderStatus.EXPIRED


def test_a_late_payment_can_claim_what_another_order_has_released(
    scarce: Scarce, frozen: FrozenClock
) -> None:
    first = place(scarce.draft())
    frozen.advance(minutes=31)
    jobs.expire_due()
    second = place(scarce.draft())
    frozen.advance(minutes=31)
    jobs.expire_due()
    pay(first.id)

    assert scarce.claimed()[:5] == (0, 1, 0, 0, "redeemed")
    assert db.session.get_one(Order, second.id).status is OrderStatus.EXPIRED


def test_an_order_covered_by_cards_and_points_is_paid_when_placed(scarce: Scarce) -> None:
    scarce.benefits["gift_cards"] = (*scarce.benefits["gift_cards"], card_terms(10_000))
    draft = scarce.draft()
    with step():
        order = placed(draft)
        assert order.amount_due == 0
        assert payments.open_first_payment(order=order) is None

    db.session.expire_all()
    order = db.session.get_one(Order, order.id)
    assert (order.status, order.gift_card_total) == (OrderStatus.PAID, 6700)


def test_voucher_limits_of_guests_count_by_customer_key(database: Flask, frozen: FrozenClock) -> None:
    voucher, product = voucher_terms(per_user=1), stocked(5)
    place(draft_of([(product, 1)], voucher=voucher, email="ada@shop.example"))
    with pytest.raises(DomainError, match="voucher_used_by_customer"):
        place(draft_of([(product, 1)], voucher=voucher, email="ada@shop.example"))

    assert place(draft_of([(product, 1)], voucher=voucher, email="eve@shop.example")).voucher_code


def test_a_released_voucher_use_is_available_to_the_next_order(database: Flask, frozen: FrozenClock) -> None:
    voucher, product = voucher_terms(max_usages=1), stocked(5)
    order = place(draft_of([(product, 1)], voucher=voucher))
    cancelled(order)

    assert place(draft_of([(product, 1)], voucher=voucher)).voucher_code == voucher.code
    with step():
        assert vouchers.release(order_id=order.id) is False
