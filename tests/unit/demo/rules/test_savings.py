"""Who saved something in the made-up year: spread over it, once for each customer, and nothing else moves."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from kashcraft.demo.gateways import files
from kashcraft.demo.rules.facts import Fate, Plan, PlannedSaving
from kashcraft.demo.rules.savings import VISITOR, YOUNGEST, with_savings
from kashcraft.demo.rules.year import plan_year
from kashcraft.demo.services.goods import goods_of

GOODS = goods_of(files.products(), "USD")
BY_SKU = {good.sku: good for good in GOODS}
TEN = PlannedSaving("TEN", 14, order_from=6_000)
SHAWLS = PlannedSaving("SHAWLS", 5, shelf="pashmina-shawls")


@pytest.fixture(scope="module")
def year() -> Plan:
    return plan_year(
        customers=len(files.people("customers")),
        guests=len(files.people("guests")),
        goods=GOODS,
        reviews=files.reviews(),
    )


def saved(year: Plan) -> Plan:
    return with_savings(year, savings=[TEN, SHAWLS], goods=GOODS, card=4_000, cards=6)


def test_so_many_orders_take_part_as_were_asked_for(year: Plan) -> None:
    orders = saved(year).orders

    assert Counter(order.voucher for order in orders if order.voucher) == {"TEN": 14, "SHAWLS": 5}
    assert [order.gift_card for order in orders if order.gift_card] == [4_000] * 6
    assert not any(order.voucher and order.gift_card for order in orders)


def test_only_delivered_orders_of_customers_at_regular_prices_take_part_each_customer_once(
    year: Plan,
) -> None:
    taking_part = [order for order in saved(year).orders if order.voucher or order.gift_card]
    uses = [(order.voucher, order.person) for order in taking_part]

    assert {(order.fate, order.is_guest) for order in taking_part} == {(Fate.DELIVERED, False)}
    assert min(order.minutes_ago for order in taking_part) > YOUNGEST
    assert len(set(uses)) == len(uses)
    assert VISITOR not in {order.person for order in taking_part}


def test_they_fulfil_the_terms(year: Plan) -> None:
    for order in saved(year).orders:
        goods = [(BY_SKU[sku], units) for sku, units in order.lines if not BY_SKU[sku].is_gift_card]
        worth = sum(good.price * units for good, units in goods)
        assert order.voucher != "TEN" or worth >= 6_000
        assert order.voucher != "SHAWLS" or "pashmina-shawls" in {good.shelf for good, _ in goods}
        assert not order.gift_card or worth > 4_000


def test_nothing_else_of_the_year_changes_and_it_is_the_same_every_time(year: Plan) -> None:
    plan = saved(year)

    assert tuple(replace(order, voucher="", gift_card=0) for order in plan.orders) == year.orders
    assert (plan.reviews, saved(year)) == (year.reviews, plan)


def test_a_year_with_too_few_orders_is_refused(year: Plan) -> None:
    with pytest.raises(ValueError, match="too few orders fit TEN"):
        with_savings(year, savings=[replace(TEN, orders=300)], goods=GOODS, card=4_000, cards=0)
