"""Refunds: each is made once, in every tender, with stock, gift cards and points."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts.models import User
from kashcraft.catalogue.models import Product
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.gift_cards.models import GiftCard, GiftCardStatus
from kashcraft.inventory.models import Inventory, InventoryLog, LogReason
from kashcraft.loyalty import queries as loyalty_queries
from kashcraft.loyalty import services as loyalty
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyReward, RewardType
from kashcraft.orders import services
from kashcraft.orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Refund,
    RefundLine,
    RefundState,
    RefundStatus,
)
from kashcraft.pricing.rules import PointsTerms, RewardKind, RewardTerms
from tests.factories.catalogue import make_product
from tests.factories.orders import card_terms, member, paid, place, stocked, terms_of_card, voucher_terms
from tests.factories.people import person


def lines_of(order: Order) -> list[UUID]:
    rows = sa.select(OrderLine.id).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    return list(db.session.scalars(rows))


def refund(order: Order, **requested: Any) -> Refund:
    with step():
        return services.refund(order_id=order.id, **{"key": str(new_id()), "reason": "Broken", **requested})


def fresh(order: Order) -> Order:
    db.session.expire_all()
    return db.session.get_one(Order, order.id)


def on_hand(product: Product) -> int:
    return db.session.scalars(sa.select(Inventory.quantity).where(Inventory.product_id == product.id)).one()


def points(user_id: UUID) -> int:
    found = sa.select(LoyaltyAccount.available_points).where(LoyaltyAccount.user_id == user_id)
    return db.session.scalars(found).one()


def balance(card_id: Any) -> int:
    return db.session.scalars(sa.select(GiftCard.current_balance).where(GiftCard.id == card_id)).one()


def test_refunds_of_single_units_add_up_and_update_the_counters(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(9, price="100.00")
    order = paid((product, 3), voucher=voucher_terms(fixed=1000), shipping=0)
    (line,) = lines_of(order)
    amounts = []
    for _ in range(3):
        amounts.append(refund(order, lines={line: 1}).amount)
        assert fresh(order).refunded_total == sum(amounts)

    assert amounts == [9667, 9666, 9667]
    order = fresh(order)
    assert (order.refund_status, order.status) == (RefundStatus.FULL, OrderStatus.PAID)
    assert db.session.get_one(OrderLine, line).refunded_quantity == 3
    assert on_hand(product) == 6


def test_a_refund_with_the_same_key_is_made_once(database: Flask, frozen: FrozenClock) -> None:
    order = paid((stocked(9), 3))
    (line,) = lines_of(order)
    first, second = (refund(order, lines={line: 1}, key="once") for _ in range(2))

    assert first.id == second.id
    assert fresh(order).refunded_total == 4000


def test_a_refund_of_another_amount_than_expected_is_refused(database: Flask, frozen: FrozenClock) -> None:
    order = paid((stocked(9), 2))
    (line,) = lines_of(order)
    refund(order, amount=1000)
    with pytest.raises(DomainError, match="refund_changed") as refusal:
        refund(order, lines={line: 1}, expected=4000)

    assert refusal.value.details == {"seen": 4000, "now": 3500}
    assert fresh(order).refunded_total == 1000


def test_a_refund_stores_units_amount_and_delivery_with_their_tax(
    database: Flask, frozen: FrozenClock
) -> None:
    bowl, shawl = stocked(5, price="40.00"), stocked(5, price="200.00")
    order = paid((bowl, 2), (shawl, 1), tax_rate=100_000)
    first, second = lines_of(order)
    made = refund(order, lines={first: 1}, amount=2640, shipping=True, restock=True)

    # 44.00 for the unit; 26.40 spread over 44.00 and 220.00; 5.50 for delivery.
    assert (made.amount, made.shipping_amount, made.tax_amount) == (4400 + 2640 + 550, 550, 690)
    rows = db.session.scalars(sa.select(RefundLine).order_by(RefundLine.amount)).all()
    assert [(row.order_line_id, row.quantity, row.amount, row.tax_amount) for row in rows] == [
        (second, 0, 2200, 200),
        (first, 1, 4840, 440),
    ]
    assert (on_hand(bowl), on_hand(shawl)) == (4, 4)


def test_units_are_restocked_only_on_request(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    order = paid((product, 3))
    (line,) = lines_of(order)
    refund(order, lines={line: 1})
    assert on_hand(product) == 2
    refund(order, lines={line: 2}, restock=True)

    assert on_hand(product) == 4
    log = db.session.scalars(sa.select(InventoryLog).where(InventoryLog.reason == LogReason.RETURN)).one()
    assert (log.quantity_change, log.order_id) == (2, order.id)


def test_a_refund_returns_the_charge_first_and_gift_cards_next(database: Flask, frozen: FrozenClock) -> None:
    small, large = card_terms(1000), card_terms(5000)
    order = paid((stocked(5), 2), gift_cards=(small, large), shipping=0)
    (line,) = lines_of(order)
    assert order.amount_due == 2000
    first, second = (refund(order, lines={line: 1}) for _ in range(2))

    assert (first.charged_amount, first.gift_card_amount, first.state) == (2000, 2000, RefundState.PENDING)
    assert (second.charged_amount, second.gift_card_amount, second.state) == (0, 4000, RefundState.DONE)
    assert (balance(small.reference), balance(large.reference)) == (1000, 5000)


def test_points_are_returned_by_unit_and_remaining_goods_stay_credited(
    database: Flask, frozen: FrozenClock
) -> None:
    user_id = member(1000)
    order = paid(
        (stocked(5, price="23.00"), 3), user_id=user_id, points=PointsTerms(points=1000, balance=1000)
    )
    (line,) = lines_of(order)
    assert points(user_id) == 59
    balances = []
    for _ in range(3):
        refund(order, lines={line: 1})
        balances.append(points(user_id))

    # 1,000 spent points are returned as 333, 333, 334; the remaining 39.33 and 19.67 earn 39 and 19.
    assert balances == [39 + 333, 19 + 666, 1000]


def test_a_full_refund_of_a_referred_order_revokes_both_bonuses(database: Flask, frozen: FrozenClock) -> None:
    user_id, friend = member(100), person()
    code = db.session.get_one(User, user_id).referral_code
    with step():
        loyalty.open_account(user_id=friend, referred_by=code)
    order = paid((stocked(5), 2), user_id=friend)
    (line,) = lines_of(order)
    assert (points(user_id), points(friend)) == (200, 280)

    refund(order, lines={line: 1})
    assert (points(user_id), points(friend)) == (200, 240)
    refund(order, lines={line: 1})
    assert (points(user_id), points(friend)) == (100, 100)
    refund(order, shipping=True)
    assert (points(user_id), points(friend)) == (100, 100)

    paid((stocked(5), 1), user_id=friend)
    assert (points(user_id), points(friend)) == (200, 240)
    assert loyalty_queries.list_differences() == []


def test_cancelling_a_referred_order_revokes_both_bonuses_once(database: Flask, frozen: FrozenClock) -> None:
    user_id, friend = member(100), person()
    code = db.session.get_one(User, user_id).referral_code
    with step():
        loyalty.open_account(user_id=friend, referred_by=code)
    order_id = paid((stocked(5), 2), user_id=friend).id
    for _ in range(2):
        with step():
            services.cancel(order_id=order_id)

    assert (points(user_id), points(friend)) == (100, 100)
    assert loyalty_queries.list_differences() == []


def test_units_paid_with_points_alone_return_the_points(database: Flask, frozen: FrozenClock) -> None:
    user_id = member(8000)
    product = stocked(5)
    order = paid((product, 2), user_id=user_id, points=PointsTerms(points=8000, balance=8000), shipping=0)
    (line,) = lines_of(order)
    made = refund(order, lines={line: 1}, restock=True)

    assert (made.amount, made.state) == (0, RefundState.DONE)
    assert (points(user_id), on_hand(product)) == (4000, 4)
    assert fresh(order).refund_status is RefundStatus.PARTIAL
    refund(order, lines={line: 1})
    assert (points(user_id), fresh(order).refund_status) == (8000, RefundStatus.FULL)


def bought_card(units: int = 2) -> Order:
    card = make_product("Gift card", price="50.00", stock=0, sold={"is_gift_card": True})
    return paid((card, units), shipping=0)


def test_a_refunded_gift_card_is_cancelled(database: Flask, frozen: FrozenClock) -> None:
    order = bought_card()
    (line,) = lines_of(order)
    made = refund(order, lines={line: 1}, restock=True)

    assert made.amount == 5000
    states = [
        card.status for card in db.session.scalars(sa.select(GiftCard).order_by(GiftCard.order_line_unit))
    ]
    assert states == [GiftCardStatus.ACTIVE, GiftCardStatus.CANCELLED]


def test_a_used_gift_card_cannot_be_refunded(database: Flask, frozen: FrozenClock) -> None:
    order = bought_card(units=1)
    (line,) = lines_of(order)
    card = db.session.scalars(sa.select(GiftCard)).one()
    place((stocked(1), 1), gift_cards=(terms_of_card(card),))
    for attempt in (
        lambda: services.refund(order_id=order.id, lines={line: 1}, key="k"),
        lambda: services.cancel(order_id=order.id),
    ):
        with pytest.raises(DomainError, match="gift_card_used"), step():
            attempt()

    assert (fresh(order).status, fresh(order).refunded_total) == (OrderStatus.PAID, 0)


def test_cancelling_refunds_what_is_left(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    order = paid((product, 2))
    (line,) = lines_of(order)
    refund(order, lines={line: 1}, amount=500)
    with step():
        services.cancel(order_id=order.id, reason="Changed my mind")

    order = fresh(order)
    assert (order.status, order.refund_status, order.refunded_total) == (
        OrderStatus.CANCELLED, RefundStatus.FULL, 8500,
    )  # fmt: skip
    assert [one.amount for one in db.session.scalars(sa.select(Refund).order_by(Refund.id))] == [
        4500, 4000,
    ]  # fmt: skip
    assert on_hand(product) == 4


def test_an_order_refunded_in_full_can_still_be_cancelled(database: Flask, frozen: FrozenClock) -> None:
    order = paid((stocked(5), 1))
    refund(order, lines={lines_of(order)[0]: 1}, shipping=True)
    with step():
        services.cancel(order_id=order.id)

    assert fresh(order).status is OrderStatus.CANCELLED
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Refund)) == 1


def test_an_unpaid_order_cannot_be_refunded(database: Flask, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    with pytest.raises(DomainError, match="not_refundable"):
        refund(order, amount=100)
    with pytest.raises(NotFound), step():
        services.refund(order_id=new_id(), amount=100, key="k")


@pytest.mark.parametrize(
    ("requested", "code"),
    [
        ({"amount": 4501}, "refund_amount"),
        ({"shipping": 501}, "refund_shipping"),
        ({"lines": {UUID(int=9): 1}}, "refund_units"),
        ({}, "refund_nothing"),
    ],
)
def test_a_refused_refund_changes_nothing(
    database: Flask, frozen: FrozenClock, requested: dict[str, Any], code: str
) -> None:
    order = paid((stocked(5), 1))
    with pytest.raises(DomainError, match=code):
        refund(order, **requested)

    assert (fresh(order).refunded_total, fresh(order).refund_status) == (0, RefundStatus.NONE)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Refund)) == 0


def test_the_history_lists_every_refund(database: Flask, frozen: FrozenClock) -> None:
    user_id = member(1000)
    order = paid((stocked(5), 2), user_id=user_id, points=PointsTerms(points=1000, balance=1000))
    made = refund(order, lines={lines_of(order)[0]: 1}, restock=True, actor_id=user_id)
    with step():
        services.mark_refund_done(refund_id=made.id)

    rows = db.session.scalars(sa.select(OrderEvent).order_by(OrderEvent.sequence)).all()
    assert [row.kind for row in rows] == ["placed", "paid", "refunded", "refund_done"]
    assert (rows[2].actor_id, rows[2].note) == (user_id, "Broken")
    assert rows[2].data == {
        "refund": str(made.id), "amount": 3500, "units": 1, "restock": True, "points_returned": 500,
        "points_taken": 35,
    }  # fmt: skip


def rewarded(kind: RewardType = RewardType.DISCOUNT, units: int = 2) -> tuple[Order, UUID]:
    """Have an order that uses a reward paid; return it with the reward's id."""
    user_id = member()
    value = 500 if kind is RewardType.DISCOUNT else 0
    with step():
        prize = loyalty.Prize(name="A gift", reward_type=kind, value=value)
        reward_id = loyalty.grant_reward(user_id=user_id, prize=prize).id
    terms = RewardTerms(reference=reward_id, name="A gift", kind=RewardKind(kind.value), value=value)
    return paid((stocked(9), units), user_id=user_id, reward=terms, shipping=500), reward_id


def state_of(reward_id: UUID) -> tuple[str, UUID | None]:
    """Return the status of a reward, and the order that uses it."""
    found = db.session.get_one(LoyaltyReward, reward_id, populate_existing=True)
    return found.status.value, found.order_id


def test_a_reward_is_returned_once_all_units_and_all_money_are_refunded(
    database: Flask, frozen: FrozenClock
) -> None:
    order, reward_id = rewarded()
    (line,) = lines_of(order)
    refund(order, lines={line: 1})
    assert state_of(reward_id) == ("redeemed", order.id)
    refund(order, lines={line: 1})
    assert state_of(reward_id) == ("redeemed", order.id)
    refund(order, shipping=True)
    assert state_of(reward_id) == ("available", None)
    data = sa.select(OrderEvent.data).where(OrderEvent.kind == "refunded").order_by(OrderEvent.sequence)
    assert [row.get("reward_returned") for row in db.session.scalars(data)] == [None, None, "A gift"]


def test_a_reward_is_not_returned_while_units_are_left(database: Flask, frozen: FrozenClock) -> None:
    order, reward_id = rewarded()
    refund(order, amount=7500, shipping=True)
    assert fresh(order).refund_status is RefundStatus.FULL
    assert state_of(reward_id) == ("redeemed", order.id)


def test_cancelling_a_paid_order_returns_its_reward(database: Flask, frozen: FrozenClock) -> None:
    order, reward_id = rewarded(RewardType.FREE_SHIPPING)
    for _ in range(2):
        with step():
            services.cancel(order_id=order.id)
        assert state_of(reward_id) == ("available", None)


def test_a_free_delivery_reward_stays_used_after_shipping(database: Flask, frozen: FrozenClock) -> None:
    order, reward_id = rewarded(RewardType.FREE_SHIPPING)
    with step():
        services.start_processing(order_id=order.id)
        services.mark_shipped(order_id=order.id)
    (line,) = lines_of(order)
    refund(order, lines={line: 2})
    assert fresh(order).refund_status is RefundStatus.FULL
    assert state_of(reward_id) == ("redeemed", order.id)
