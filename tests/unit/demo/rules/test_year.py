"""The made-up year: the same every time, and true to what it claims."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from kashcraft.demo.gateways import files
from kashcraft.demo.rules.facts import Fate, Good, Plan, PlannedOrder, ReviewText
from kashcraft.demo.rules.year import DAY, YEAR, plan_year, units_sold
from kashcraft.demo.services.goods import goods_of

GOODS = goods_of(files.products(), "USD")
BY_SKU = {good.sku: good for good in GOODS}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_year(
        customers=len(files.people("customers")),
        guests=len(files.people("guests")),
        goods=GOODS,
        reviews=files.reviews(),
    )


def test_planning_again_gives_the_same_year(plan: Plan) -> None:
    again = plan_year(
        customers=len(files.people("customers")),
        guests=len(files.people("guests")),
        goods=GOODS,
        reviews=files.reviews(),
    )

    assert again == plan


def test_there_are_orders_of_every_fate_within_the_last_year(plan: Plan) -> None:
    assert Counter(order.fate for order in plan.orders) == {
        Fate.PENDING: 3,
        Fate.DECLINED: 1,
        Fate.PAID: 8,
        Fate.PROCESSING: 7,
        Fate.SHIPPED: 14,
        Fate.DELIVERED: 252,
        Fate.EXPIRED: 12,
        Fate.CANCELLED: 8,
        Fate.CALLED_OFF: 7,
        Fate.RETURNED: 5,
        Fate.PART_RETURNED: 8,
    }
    assert all(0 < order.minutes_ago <= YEAR for order in plan.orders)
    assert [order.minutes_ago for order in plan.orders] == sorted(
        (order.minutes_ago for order in plan.orders), reverse=True
    )


def test_what_was_delivered_arrived_before_today(plan: Plan) -> None:
    delivered = [order for order in plan.orders if "delivered" in order.fate.reaches]

    assert min(order.minutes_ago - order.delivered_after for order in delivered) > 0


def test_everybody_reviews_only_what_they_got_and_each_piece_once(plan: Plan) -> None:
    arrived = {
        (order.person, BY_SKU[sku].product): order.minutes_ago - order.delivered_after
        for order in plan.orders
        if order.fate is Fate.DELIVERED and not order.is_guest
        for sku, _ in order.lines
    }
    written = [(review.person, review.text.product) for review in plan.reviews]

    assert len(plan.reviews) == len(files.reviews())
    assert len(set(written)) == len(written)
    assert set(written) <= arrived.keys()
    assert all(review.minutes_ago > 0 for review in plan.reviews)


def test_nobody_buys_a_piece_before_it_was_in_the_shop(plan: Plan) -> None:
    for order in plan.orders:
        assert all(BY_SKU[sku].days_old * DAY > order.minutes_ago for sku, _ in order.lines)


def test_what_is_sold_out_today_is_in_no_order_that_gives_back(plan: Plan) -> None:
    sold_out = {good.sku for good in GOODS if good.stock == 0}

    for order in plan.orders:
        if order.fate.gives_back:
            assert not sold_out & {sku for sku, _ in order.lines}


def order(fate: Fate, ago: int, *lines: tuple[str, int]) -> PlannedOrder:
    return PlannedOrder(0, False, ago, fate, lines, False, DAY)


def test_units_sold_leave_out_what_comes_back() -> None:
    orders = (
        order(Fate.DELIVERED, 10, ("a", 2), ("b", 1)),
        order(Fate.PART_RETURNED, 20, ("a", 3), ("b", 1)),
        order(Fate.RETURNED, 20, ("a", 9)),
        order(Fate.EXPIRED, 20, ("a", 9)),
        order(Fate.PAID, 30, ("b", 5)),
    )

    assert units_sold(orders) == {"a": 4, "b": 7}
    assert units_sold(orders, older_than=20) == {"a": 2, "b": 6}
    assert units_sold(orders, up_to=20) == {"a": 2, "b": 1}


def test_more_reviews_than_orders_can_carry_are_refused() -> None:
    goods = [Good("s", "bowl", 1000, 5, 400)]
    reviews = [ReviewText("bowl", 5, "published", "Fine", f"Number {number}") for number in range(30)]

    with pytest.raises(ValueError, match="no order is left for a review of bowl"):
        plan_year(customers=20, guests=1, goods=goods, reviews=reviews)


def test_dear_things_are_bought_less_often_than_cheap_ones(plan: Plan) -> None:
    sold = units_sold(plan.orders)
    cheap = sum(sold[good.sku] for good in GOODS if good.price < 5000)
    dear = sum(sold[good.sku] for good in GOODS if good.price > 50000)

    assert cheap > 5 * dear > 0
    assert Decimal(sum(sold.values())) / len(plan.orders) > 1
