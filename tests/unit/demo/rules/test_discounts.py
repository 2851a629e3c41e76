"""Vouchers and gift cards are assigned to orders of the whole year, once for each customer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from kashcraft.demo.gateways import files
from kashcraft.demo.rules.discounts import MINIMUM_AGE, VISITOR, with_discounts
from kashcraft.demo.rules.input import OrderOutcome, Plan, PlannedDiscount
from kashcraft.demo.rules.year import plan_year
from kashcraft.demo.services.catalogue import list_items

GOODS = list_items(files.products(), "USD")
BY_SKU = {item.sku: item for item in GOODS}
TEN = PlannedDiscount("TEN", 14, order_from=6_000)
SHAWLS = PlannedDiscount("SHAWLS", 5, category="pashmina-shawls")


@pytest.fixture(scope="module")
def year() -> Plan:
    return plan_year(
        customers=len(files.people("customers")),
        guests=len(files.people("guests")),
        items=GOODS,
        reviews=files.reviews(),
    )


def discounted(year: Plan) -> Plan:
    return with_discounts(year, discounts=[TEN, SHAWLS], items=GOODS, card=4_000, cards=6)


def test_as_many_orders_are_chosen_as_requested(year: Plan) -> None:
    orders = discounted(year).orders

    assert Counter(order.voucher for order in orders if order.voucher) == {"TEN": 14, "SHAWLS": 5}
    assert [order.gift_card for order in orders if order.gift_card] == [4_000] * 6
    assert not any(order.voucher and order.gift_card for order in orders)


def test_only_delivered_orders_of_customers_at_regular_prices_are_chosen_once_for_each_customer(
    year: Plan,
) -> None:
    chosen = [order for order in discounted(year).orders if order.voucher or order.gift_card]
    uses = [(order.voucher, order.person) for order in chosen]

    assert {(order.outcome, order.is_guest) for order in chosen} == {(OrderOutcome.DELIVERED, False)}
    assert min(order.minutes_ago for order in chosen) > MINIMUM_AGE
    assert len(set(uses)) == len(uses)
    assert VISITOR not in {order.person for order in chosen}


def test_the_chosen_orders_fulfill_the_terms(year: Plan) -> None:
    for order in discounted(year).orders:
        items = [(BY_SKU[sku], units) for sku, units in order.lines if not BY_SKU[sku].is_gift_card]
        worth = sum(item.price * units for item, units in items)
        assert order.voucher != "TEN" or worth >= 6_000
        assert order.voucher != "SHAWLS" or "pashmina-shawls" in {item.category for item, _ in items}
        assert not order.gift_card or worth > 4_000


def test_nothing_else_of_the_plan_changes_and_the_result_is_always_the_same(year: Plan) -> None:
    plan = discounted(year)

    assert tuple(replace(order, voucher="", gift_card=0) for order in plan.orders) == year.orders
    assert (plan.reviews, discounted(year)) == (year.reviews, plan)


def test_a_year_with_too_few_orders_is_refused(year: Plan) -> None:
    with pytest.raises(ValueError, match="too few orders fit TEN"):
        with_discounts(year, discounts=[replace(TEN, orders=300)], items=GOODS, card=4_000, cards=0)
