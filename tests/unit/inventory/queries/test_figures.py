"""Figures of stock: value, turnover, days of stock and dead stock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.inventory import jobs, queries, services
from kashcraft.inventory.models import HolderKind
from kashcraft.inventory.queries import StockValue
from kashcraft.inventory.rules import DaysLeft, DeadStock
from tests.factories.orders import place, stocked


def sell(product: Product, units: int) -> None:
    for some in filter(None, (min(units, 10), units - 10 if units > 10 else 0)):
        order = place((product, some))
        with step():
            services.confirm(holder_kind=HolderKind.ORDER, holder_id=order.id, order_id=order.id)


def bring_back(product: Product, units: int) -> None:
    with step():
        services.return_units(lines=[(product.id, units)], key=str(new_id()))


def cost(product: Product, minor: int) -> None:
    with step() as session:
        session.execute(sa.update(Product).where(Product.id == product.id).values(cost=minor))


def test_the_value_of_everything_on_hand(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    bowl = stocked(12, price="40.00")
    stocked(3, price="250.00")
    stocked(0)
    cost(bowl, 1550)
    place((bowl, 1))
    with count_statements() as seen:
        value = queries.get_stock_value()
    assert value == StockValue(
        units=15, held=1, at_cost=12 * 1550, at_price=12 * 4000 + 3 * 25000, without_cost=3, sold_out=1, low=2
    )
    assert len(seen) == 1


def test_a_shop_without_stock_is_worth_nothing(database: Flask) -> None:
    assert queries.get_stock_value() == StockValue(0, 0, 0, 0, 0, 0, 0)


def test_turnover_of_a_period(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(40)
    frozen.advance(days=1)
    since = clock.now()
    sell(bowl, 12)
    frozen.advance(days=1)
    bring_back(bowl, 2)
    with step():
        services.damage(product_id=bowl.id, quantity=6, key="dropped")
    frozen.advance(days=1)
    until = clock.now()
    sell(bowl, 5)

    period = queries.get_turnover(since=since, until=until)
    assert (period.sold, period.opening, period.closing) == (10, 40, 24)
    assert period.rate == Decimal("0.31")


def test_turnover_includes_archived_entries(database: Flask, frozen: FrozenClock) -> None:
    since = clock.now()
    bowl = stocked(10)
    sell(bowl, 4)
    frozen.advance(days=100)
    before = queries.get_turnover(since=since, until=clock.now())
    jobs.archive_logs()
    assert queries.get_turnover(since=since, until=clock.now()) == before
    assert (before.sold, before.opening, before.closing) == (4, 0, 6)


def test_days_left_by_the_sales_of_the_last_thirty_and_ninety_days(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    slow, fast, still = stocked(40, name="Slow"), stocked(40, name="Fast"), stocked(40)
    sell(slow, 10)
    frozen.advance(days=60)
    sell(slow, 3)
    sell(fast, 20)
    bring_back(fast, 5)
    place((fast, 1), email="another@shop.example")
    now = clock.now()

    with count_statements() as seen:
        rows, total = queries.list_days_of_stock(now=now, days=30, page=1, size=10)
    assert len(seen) == 2
    assert total == 2
    assert rows == [
        DaysLeft(fast.id, "Fast", "", fast.sku or "", free=24, sold=15, days=48),
        DaysLeft(slow.id, "Slow", "", slow.sku or "", free=27, sold=3, days=270),
    ]
    rows, _ = queries.list_days_of_stock(now=now, days=90, page=2, size=1)
    assert [(row.name, row.sold, row.days) for row in rows] == [("Slow", 13, 186)]
    assert still.id not in {row.product_id for row in rows}


def test_dead_stock_has_neither_sales_nor_arrivals_in_the_period(
    database: Flask, frozen: FrozenClock
) -> None:
    never, once, lively = stocked(2, name="Never"), stocked(3, name="Once"), stocked(5)
    refilled, gone = stocked(1), stocked(1)
    sold_at = clock.now()
    sell(once, 1)
    sell(gone, 1)
    frozen.advance(days=120)
    jobs.archive_logs()
    sell(lively, 1)
    with step():
        services.restock(product_id=refilled.id, quantity=9, key="new")
    now = clock.now() + timedelta(days=1)

    rows, total = queries.list_dead_stock(now=now, days=90, page=1, size=10)
    assert total == 2
    assert sorted(rows, key=lambda row: row.name) == [
        DeadStock(never.id, "Never", "", never.sku or "", units=2, at_price=8000, last_sold=None),
        DeadStock(once.id, "Once", "", once.sku or "", units=2, at_price=8000, last_sold=sold_at),
    ]
    assert queries.list_dead_stock(now=now, days=200, page=1, size=10) == ([], 0)
