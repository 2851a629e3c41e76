"""Uncounted products, and switching counting on and off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft import wiring
from kashcraft.books import queries as books
from kashcraft.books.rules import Difference
from kashcraft.core import bus, clock
from kashcraft.core.bus import Wiring
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.events.inventory import StockChanged, StockFreed
from kashcraft.inventory import jobs, queries, services
from kashcraft.inventory.models import HolderKind, Inventory, InventoryLog, LogReason
from kashcraft.inventory.rules import UNCOUNTED, Stock
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus
from tests.factories.orders import draft_of, paid, pay, place, placed, stocked, uncounted

QUICK = HolderKind.QUICK_CHECKOUT


@pytest.fixture
def events(database: Flask) -> Iterator[list[Any]]:
    """Return the events that the inventory publishes, instead of the shop's reactions to them."""
    events: list[Any] = []
    listening = Wiring(in_step=(events.append,))
    bus.connect({**wiring.REACTIONS, StockChanged: listening, StockFreed: listening}, set())
    yield events
    bus.connect(wiring.REACTIONS, wiring.published())


def hold(product_id: UUID, units: int) -> UUID:
    holder = new_id()
    until = clock.now() + timedelta(minutes=10)
    with step():
        services.hold(holder_kind=QUICK, holder_id=holder, lines=[(product_id, units)], expires_at=until)
    return holder


def levels(product_id: UUID) -> tuple[bool, int, int]:
    """Return whether a product is counted, its quantity, and its reserved units."""
    row = sa.select(Inventory.is_counted, Inventory.quantity, Inventory.reserved)
    return tuple(db.session.execute(row.where(Inventory.product_id == product_id)).one())


def log_of(product_id: UUID) -> list[tuple[LogReason, int, int]]:
    rows = sa.select(InventoryLog.reason, InventoryLog.quantity_change, InventoryLog.new_quantity)
    found = db.session.execute(rows.where(InventoryLog.product_id == product_id).order_by(InventoryLog.id))
    return [tuple(row) for row in found]


def wrong_stock() -> list[Difference]:
    """Return the differences in figures of stock."""
    return [found for found in books.list_differences() if found.figure.startswith("stock.")]


def start(product_id: UUID, quantity: int) -> bool:
    with step():
        return services.start_counting(product_id=product_id, quantity=quantity)


def stop(product_id: UUID) -> bool:
    with step():
        return services.stop_counting(product_id=product_id)


def test_an_uncounted_product_is_sold_without_ledger_entries(database: Flask, frozen: FrozenClock) -> None:
    product = uncounted()
    order = place((product, 7))
    assert queries.get_held_units(holder_kind=HolderKind.ORDER, holder_id=order.id) == {product.id: 7}
    assert levels(product.id) == (False, 0, 0)
    assert pay(order.id).status is OrderStatus.PAID
    assert levels(product.id) == (False, 0, 0)
    assert log_of(product.id) == []
    assert wrong_stock() == []


def test_an_uncounted_product_is_always_available(database: Flask, frozen: FrozenClock) -> None:
    product = uncounted()
    place((product, 7))
    assert queries.get_free_units([product.id]) == {product.id: UNCOUNTED}
    assert queries.get_stock([product.id]) == {product.id: Stock(free=UNCOUNTED)}


def test_an_uncounted_product_publishes_no_events_and_is_never_low(
    events: list[Any], frozen: FrozenClock
) -> None:
    product = uncounted()
    events.clear()
    holder = hold(product.id, 5)
    with step():
        services.release(holder_kind=QUICK, holder_id=holder)
    hold(product.id, 5)
    frozen.advance(minutes=10)
    jobs.release_expired()
    with step():
        services.set_reordering(product_id=product.id, reorder_level=20, reorder_quantity=5)
        assert services.send_low_stock_email(product_id=product.id, occasion="x") is None
    assert events == []
    value = queries.get_stock_value()
    assert (value.units, value.sold_out, value.low) == (0, 0, 0)


def test_shortages_name_counted_products_only(database: Flask, frozen: FrozenClock) -> None:
    endless, few = uncounted(), stocked(1)
    with pytest.raises(DomainError) as refusal, step():
        placed(draft_of([(endless, 2), (few, 2)]))
    assert refusal.value.code == "out_of_stock"
    assert refusal.value.details["shortages"] == {str(few.id): 1}


def test_the_maximum_per_order_applies_to_uncounted_products(database: Flask, frozen: FrozenClock) -> None:
    product = uncounted()
    with pytest.raises(DomainError, match="too_many_of_product"), step():
        placed(draft_of([(product, 11)]))


def test_holds_of_uncounted_products_can_be_extended_and_sold(database: Flask, frozen: FrozenClock) -> None:
    product = uncounted()
    order_id = place((product, 1)).id
    with step():
        assert orders.note_payment_use(order_id=order_id)
    frozen.advance(hours=1)
    jobs.release_expired()
    with step():
        db.session.execute(sa.update(Order).values(status=OrderStatus.EXPIRED, expired_at=clock.now()))
    assert pay(order_id).status is OrderStatus.PAID
    assert levels(product.id) == (False, 0, 0)


def test_returned_units_of_an_uncounted_product_are_ignored(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    order = paid((product, 2))
    stop(product.id)
    with step():
        assert services.return_units(lines=[(product.id, 2)], key="refund", order_id=order.id) == {}
    assert levels(product.id) == (False, 0, 0)
    assert wrong_stock() == []


def test_the_stock_of_an_uncounted_product_cannot_be_changed(database: Flask, frozen: FrozenClock) -> None:
    product = uncounted()
    for verb, change in (
        (services.restock, {"quantity": 1}),
        (services.adjust, {"change": 1}),
        (services.damage, {"quantity": 1}),
    ):
        with pytest.raises(DomainError, match="not_counted"), step():
            verb(product_id=product.id, key="x", **change)  # type: ignore[operator]
    assert log_of(product.id) == []


def test_switching_writes_an_adjustment_each_time(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    assert [stop(product.id), stop(product.id)] == [True, False]
    assert levels(product.id) == (False, 0, 0)
    assert [start(product.id, 8), start(product.id, 9)] == [True, False]
    assert levels(product.id) == (True, 8, 0)
    assert log_of(product.id) == [
        (LogReason.RESTOCK, 5, 5),
        (LogReason.ADJUSTMENT, -5, 0),
        (LogReason.ADJUSTMENT, 8, 8),
    ]
    assert wrong_stock() == []


def test_holds_remain_when_counting_stops(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    order = place((product, 3))
    stop(product.id)
    assert levels(product.id) == (False, 0, 0)
    assert wrong_stock() == []
    assert pay(order.id).status is OrderStatus.PAID
    assert log_of(product.id) == [(LogReason.RESTOCK, 5, 5), (LogReason.ADJUSTMENT, -5, 0)]


def test_held_units_are_part_of_the_counted_units(database: Flask, frozen: FrozenClock) -> None:
    product = uncounted()
    first, second = place((product, 3)), place((product, 1), email="grace@shop.example")
    with pytest.raises(DomainError) as refusal:
        start(product.id, 3)
    shortages = {str(product.id): 4}
    assert refusal.value.code == "fewer_than_held"
    assert refusal.value.details == {"held": 4, "shortages": shortages}
    start(product.id, 5)
    assert levels(product.id) == (True, 5, 4)
    assert wrong_stock() == []
    pay(first.id)
    with step():
        orders.cancel(order_id=second.id)
    assert levels(product.id) == (True, 2, 0)
    assert log_of(product.id) == [(LogReason.ADJUSTMENT, 5, 5), (LogReason.PURCHASE, -3, 2)]
    assert wrong_stock() == []


def test_switching_publishes_availability_and_sold_out(events: list[Any], frozen: FrozenClock) -> None:
    product = stocked(1)
    hold(product.id, 1)
    events.clear()
    stop(product.id)
    there = StockChanged(
        product.id, available=UNCOUNTED, sold_out=False, low=False, sold_out_changed=True, low_changed=True
    )
    assert events == [there, StockFreed(product.id, quantity=UNCOUNTED)]
    events.clear()
    start(product.id, 1)
    gone = StockChanged(
        product.id, available=0, sold_out=True, low=True, sold_out_changed=True, low_changed=True
    )
    assert events == [gone]


def test_a_stock_record_may_start_uncounted(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(0)
    with step():
        db.session.execute(sa.delete(Inventory))
        opening = services.Opening(product_id=product.id, quantity=4, is_counted=False)
        assert services.open_stocks(openings=[opening]) == [product.id]
    assert levels(product.id) == (False, 0, 0)
    assert log_of(product.id) == []


def test_only_products_with_a_stock_record_can_be_switched(database: Flask, frozen: FrozenClock) -> None:
    with pytest.raises(NotFound):
        stop(new_id())
    with pytest.raises(NotFound):
        start(new_id(), 1)
    with pytest.raises(ValueError, match="at least 0"):
        start(stocked(1).id, -1)


def test_figures_leave_out_uncounted_products(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    paid((product, 2))
    stop(product.id)
    assert queries.list_days_of_stock(now=clock.now(), days=30, page=1, size=5) == ([], 0)
    assert queries.list_dead_stock(now=clock.now() + timedelta(days=99), days=30, page=1, size=5) == ([], 0)


def test_many_products_are_switched_in_four_statements(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    none = uncounted()
    place((none, 2))
    ids = [stocked(5).id, stocked(1).id, none.id]
    with step(), count_statements() as seen:
        switched = services.switch_counting(counts=dict(zip(ids, (None, 7, 30), strict=True)))
    assert len(seen) == 4
    assert switched == {ids[0], ids[2]}
    assert [levels(one) for one in ids] == [(False, 0, 0), (True, 1, 0), (True, 30, 2)]
    assert wrong_stock() == []


def test_every_product_counted_below_its_held_units_is_named(database: Flask, frozen: FrozenClock) -> None:
    first, second, third = (uncounted() for _ in range(3))
    place((first, 2), (second, 3), (third, 4))
    with pytest.raises(DomainError) as refusal, step():
        services.switch_counting(counts={first.id: 1, second.id: 3, third.id: 0})
    assert refusal.value.details["shortages"] == {str(first.id): 2, str(third.id): 4}
    assert levels(second.id) == (False, 0, 0)
