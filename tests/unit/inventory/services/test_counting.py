"""Selling without a count, and switching to it and back, on both databases."""

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
def told(database: Flask) -> Iterator[list[Any]]:
    """What the inventory has told, instead of the shop's own reactions to it."""
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
    """Return whether a product is counted, what is on hand, and what is held."""
    row = sa.select(Inventory.is_counted, Inventory.quantity, Inventory.reserved)
    return tuple(db.session.execute(row.where(Inventory.product_id == product_id)).one())


def log_of(product_id: UUID) -> list[tuple[LogReason, int, int]]:
    rows = sa.select(InventoryLog.reason, InventoryLog.quantity_change, InventoryLog.new_quantity)
    found = db.session.execute(rows.where(InventoryLog.product_id == product_id).order_by(InventoryLog.id))
    return [tuple(row) for row in found]


def wrong_stock() -> list[Difference]:
    """Return what the proof of the books finds wrong with stock."""
    return [found for found in books.list_differences() if found.book.startswith("stock.")]


def start(product_id: UUID, quantity: int) -> bool:
    with step():
        return services.start_counting(product_id=product_id, quantity=quantity)


def stop(product_id: UUID) -> bool:
    with step():
        return services.stop_counting(product_id=product_id)


def test_what_is_not_counted_is_held_and_sold_without_a_trace_in_the_stock(
    database: Flask, frozen: FrozenClock
) -> None:
    product = uncounted()
    order = place((product, 7))
    assert queries.get_held_units(holder_kind=HolderKind.ORDER, holder_id=order.id) == {product.id: 7}
    assert levels(product.id) == (False, 0, 0)
    assert pay(order.id).status is OrderStatus.PAID
    assert levels(product.id) == (False, 0, 0)
    assert log_of(product.id) == []
    assert wrong_stock() == []


def test_it_is_free_without_end_and_keeps_nobody_waiting(database: Flask, frozen: FrozenClock) -> None:
    product = uncounted()
    place((product, 7))
    assert queries.get_free_units([product.id]) == {product.id: UNCOUNTED}
    assert queries.get_stock([product.id]) == {product.id: Stock(free=UNCOUNTED)}


def test_it_tells_nothing_of_itself_and_never_runs_low(told: list[Any], frozen: FrozenClock) -> None:
    product = uncounted()
    told.clear()
    holder = hold(product.id, 5)
    with step():
        services.release(holder_kind=QUICK, holder_id=holder)
    hold(product.id, 5)
    frozen.advance(minutes=10)
    jobs.release_expired()
    with step():
        services.set_reordering(product_id=product.id, reorder_level=20, reorder_quantity=5)
        assert services.write_low_stock_letter(product_id=product.id, occasion="x") is None
    assert told == []
    value = queries.get_stock_value()
    assert (value.units, value.sold_out, value.low) == (0, 0, 0)


def test_an_order_of_both_kinds_is_short_only_of_what_is_counted(
    database: Flask, frozen: FrozenClock
) -> None:
    endless, few = uncounted(), stocked(1)
    with pytest.raises(DomainError) as refusal, step():
        placed(draft_of([(endless, 2), (few, 2)]))
    assert refusal.value.code == "out_of_stock"
    assert refusal.value.details["shortages"] == {str(few.id): 1}


def test_the_most_per_order_holds_for_it_too(database: Flask, frozen: FrozenClock) -> None:
    product = uncounted()
    with pytest.raises(DomainError, match="too_many_of_product"), step():
        placed(draft_of([(product, 11)]))


def test_its_order_is_paid_after_its_time_and_prolonged_before(database: Flask, frozen: FrozenClock) -> None:
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


def test_nothing_goes_back_to_a_shelf_that_nobody_counts(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    order = paid((product, 2))
    stop(product.id)
    with step():
        assert services.return_units(lines=[(product.id, 2)], key="refund", order_id=order.id) == {}
    assert levels(product.id) == (False, 0, 0)
    assert wrong_stock() == []


def test_what_is_not_counted_cannot_be_booked(database: Flask, frozen: FrozenClock) -> None:
    product = uncounted()
    for verb, change in (
        (services.restock, {"quantity": 1}),
        (services.adjust, {"change": 1}),
        (services.damage, {"quantity": 1}),
    ):
        with pytest.raises(DomainError, match="not_counted"), step():
            verb(product_id=product.id, key="x", **change)  # type: ignore[operator]
    assert log_of(product.id) == []


def test_counting_ends_with_an_adjustment_and_begins_with_another(
    database: Flask, frozen: FrozenClock
) -> None:
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


def test_what_orders_hold_stays_theirs_when_counting_ends(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    order = place((product, 3))
    stop(product.id)
    assert levels(product.id) == (False, 0, 0)
    assert wrong_stock() == []
    assert pay(order.id).status is OrderStatus.PAID
    assert log_of(product.id) == [(LogReason.RESTOCK, 5, 5), (LogReason.ADJUSTMENT, -5, 0)]


def test_what_orders_hold_is_among_the_units_that_are_counted(database: Flask, frozen: FrozenClock) -> None:
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


def test_lists_hear_of_what_is_there_again_and_of_what_is_sold_out(
    told: list[Any], frozen: FrozenClock
) -> None:
    product = stocked(1)
    hold(product.id, 1)
    told.clear()
    stop(product.id)
    there = StockChanged(
        product.id, available=UNCOUNTED, sold_out=False, low=False, sold_out_changed=True, low_changed=True
    )
    assert told == [there, StockFreed(product.id, quantity=UNCOUNTED)]
    told.clear()
    start(product.id, 1)
    gone = StockChanged(
        product.id, available=0, sold_out=True, low=True, sold_out_changed=True, low_changed=True
    )
    assert told == [gone]


def test_first_stock_may_be_without_a_count(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(0)
    with step():
        db.session.execute(sa.delete(Inventory))
        opening = services.Opening(product_id=product.id, quantity=4, is_counted=False)
        assert services.open_stocks(openings=[opening]) == [product.id]
    assert levels(product.id) == (False, 0, 0)
    assert log_of(product.id) == []


def test_only_what_has_a_stock_record_can_be_switched(database: Flask, frozen: FrozenClock) -> None:
    with pytest.raises(NotFound):
        stop(new_id())
    with pytest.raises(NotFound):
        start(new_id(), 1)
    with pytest.raises(ValueError, match="fewer than none"):
        start(stocked(1).id, -1)


def test_figures_forget_what_is_no_longer_counted(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    paid((product, 2))
    stop(product.id)
    assert queries.list_days_of_stock(now=clock.now(), days=30, page=1, size=5) == ([], 0)
    assert queries.list_dead_stock(now=clock.now() + timedelta(days=99), days=30, page=1, size=5) == ([], 0)


def test_many_are_switched_at_once_in_four_statements(
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


def test_of_many_each_that_leaves_out_what_is_held_is_named(database: Flask, frozen: FrozenClock) -> None:
    first, second, third = (uncounted() for _ in range(3))
    place((first, 2), (second, 3), (third, 4))
    with pytest.raises(DomainError) as refusal, step():
        services.switch_counting(counts={first.id: 1, second.id: 3, third.id: 0})
    assert refusal.value.details["shortages"] == {str(first.id): 2, str(third.id): 4}
    assert levels(second.id) == (False, 0, 0)
