"""The planned year is always the same, and its orders and reviews are consistent."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from kashcraft.demo.gateways import files
from kashcraft.demo.rules.input import CatalogueItem, OrderOutcome, Plan, PlannedOrder, ReviewText
from kashcraft.demo.rules.year import DAY, YEAR, plan_year, units_sold
from kashcraft.demo.services.catalogue import list_items

GOODS = list_items(files.products(), "USD")
BY_SKU = {item.sku: item for item in GOODS}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_year(
        customers=len(files.people("customers")),
        guests=len(files.people("guests")),
        items=GOODS,
        reviews=files.reviews(),
    )


def test_planning_again_gives_the_same_year(plan: Plan) -> None:
    again = plan_year(
        customers=len(files.people("customers")),
        guests=len(files.people("guests")),
        items=GOODS,
        reviews=files.reviews(),
    )

    assert again == plan


def test_there_are_orders_of_every_outcome_within_the_last_year(plan: Plan) -> None:
    assert Counter(order.outcome for order in plan.orders) == {
        OrderOutcome.PENDING: 3,
        OrderOutcome.DECLINED: 1,
        OrderOutcome.PAID: 8,
        OrderOutcome.PROCESSING: 7,
        OrderOutcome.SHIPPED: 14,
        OrderOutcome.DELIVERED: 252,
        OrderOutcome.EXPIRED: 12,
        OrderOutcome.CANCELLED: 8,
        OrderOutcome.CANCELLED_AFTER_PAYMENT: 7,
        OrderOutcome.RETURNED: 5,
        OrderOutcome.PART_RETURNED: 8,
    }
    assert all(0 < order.minutes_ago <= YEAR for order in plan.orders)
    assert [order.minutes_ago for order in plan.orders] == sorted(
        (order.minutes_ago for order in plan.orders), reverse=True
    )


def test_delivered_orders_arrived_before_today(plan: Plan) -> None:
    delivered = [order for order in plan.orders if "delivered" in order.outcome.statuses]

    assert min(order.minutes_ago - order.delivered_after for order in delivered) > 0


def test_customers_review_only_delivered_products_and_each_once(plan: Plan) -> None:
    arrived = {
        (order.person, BY_SKU[sku].product): order.minutes_ago - order.delivered_after
        for order in plan.orders
        if order.outcome is OrderOutcome.DELIVERED and not order.is_guest
        for sku, _ in order.lines
    }
    written = [(review.person, review.text.product) for review in plan.reviews]

    assert len(plan.reviews) == len(files.reviews())
    assert len(set(written)) == len(written)
    assert set(written) <= arrived.keys()
    assert all(review.minutes_ago > 0 for review in plan.reviews)


def test_no_order_is_older_than_its_products(plan: Plan) -> None:
    for order in plan.orders:
        assert all(BY_SKU[sku].days_old * DAY > order.minutes_ago for sku, _ in order.lines)


def test_no_order_that_returns_units_contains_a_sold_out_item(plan: Plan) -> None:
    sold_out = {item.sku for item in GOODS if item.stock == 0}

    for order in plan.orders:
        if order.outcome.returns_units:
            assert not sold_out & {sku for sku, _ in order.lines}


def order(outcome: OrderOutcome, ago: int, *lines: tuple[str, int]) -> PlannedOrder:
    return PlannedOrder(0, False, ago, outcome, lines, False, DAY)


def test_units_sold_leave_out_returned_units() -> None:
    orders = (
        order(OrderOutcome.DELIVERED, 10, ("a", 2), ("b", 1)),
        order(OrderOutcome.PART_RETURNED, 20, ("a", 3), ("b", 1)),
        order(OrderOutcome.RETURNED, 20, ("a", 9)),
        order(OrderOutcome.EXPIRED, 20, ("a", 9)),
        order(OrderOutcome.PAID, 30, ("b", 5)),
    )

    assert units_sold(orders) == {"a": 4, "b": 7}
    assert units_sold(orders, older_than=20) == {"a": 2, "b": 6}
    assert units_sold(orders, up_to=20) == {"a": 2, "b": 1}


def test_more_reviews_than_delivered_orders_are_refused() -> None:
    items = [CatalogueItem("s", "bowl", 1000, 5, 400)]
    reviews = [ReviewText("bowl", 5, "published", "Fine", f"Number {number}") for number in range(30)]

    with pytest.raises(ValueError, match="no order is left for a review of bowl"):
        plan_year(customers=20, guests=1, items=items, reviews=reviews)


def test_expensive_items_are_bought_less_often_than_cheap_ones(plan: Plan) -> None:
    sold = units_sold(plan.orders)
    cheap = sum(sold[item.sku] for item in GOODS if item.price < 5000)
    dear = sum(sold[item.sku] for item in GOODS if item.price > 50000)

    assert cheap > 5 * dear > 0
    assert Decimal(sum(sold.values())) / len(plan.orders) > 1
