"""Services of stock: holding, selling, releasing and changing units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft import wiring
from kashcraft.core import bus, clock
from kashcraft.core.bus import Wiring
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.events.inventory import StockChanged, StockFreed
from kashcraft.inventory import jobs, queries, services
from kashcraft.inventory.models import (
    HolderKind,
    Inventory,
    InventoryLog,
    InventoryReservation,
    LogReason,
    ReservationStatus,
)
from tests.factories.catalogue import make_product
from tests.factories.orders import place, stocked

HALF_HOUR = timedelta(minutes=30)
QUICK = HolderKind.QUICK_CHECKOUT


@pytest.fixture
def events(database: Flask) -> Iterator[list[Any]]:
    """Return the events that the inventory publishes, instead of the shop's reactions to them."""
    events: list[Any] = []
    listening = Wiring(in_step=(events.append,))
    bus.connect({**wiring.REACTIONS, StockChanged: listening, StockFreed: listening}, set())
    yield events
    bus.connect(wiring.REACTIONS, wiring.published())


def hold(*lines: tuple[UUID, int], holder: UUID | None = None, lasts: timedelta = HALF_HOUR) -> UUID:
    holder = holder or new_id()
    with step():
        services.hold(holder_kind=QUICK, holder_id=holder, lines=lines, expires_at=clock.now() + lasts)
    return holder


def levels(product_id: UUID) -> tuple[int, int, int]:
    """Return the units on hand, held and free."""
    row = sa.select(Inventory.quantity, Inventory.reserved, Inventory.available)
    return tuple(db.session.execute(row.where(Inventory.product_id == product_id)).one())


def changed(product_id: UUID, available: int, **what: bool) -> StockChanged:
    """Return the StockChanged event of a product with a reorder level of 10."""
    return StockChanged(
        product_id, available=available, sold_out=available <= 0, low=available <= 10,
        sold_out_changed=what.get("sold_out_changed", False), low_changed=what.get("low_changed", False),
    )  # fmt: skip


def log_of(product_id: UUID) -> list[tuple[LogReason, int, int]]:
    rows = (
        sa.select(InventoryLog.reason, InventoryLog.quantity_change, InventoryLog.new_quantity)
        .where(InventoryLog.product_id == product_id)
        .order_by(InventoryLog.id)
    )
    return [tuple(row) for row in db.session.execute(rows)]


def test_a_hold_reduces_the_free_units(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(10)
    holder = hold((product.id, 3))
    assert levels(product.id) == (10, 3, 7)
    assert queries.get_held_units(holder_kind=QUICK, holder_id=holder) == {product.id: 3}
    assert queries.get_free_units([product.id]) == {product.id: 7}


def test_a_hold_is_all_or_nothing_and_names_every_shortage(database: Flask, frozen: FrozenClock) -> None:
    plenty, few, none = stocked(10), stocked(2), stocked(0)
    with pytest.raises(DomainError) as refusal:
        hold((none.id, 1), (plenty.id, 1), (few.id, 3))
    assert refusal.value.code == "out_of_stock"
    assert refusal.value.details == {
        "product_id": str(few.id),
        "available": 2,
        "shortages": {str(few.id): 2, str(none.id): 0},
    }
    assert [levels(product.id)[1] for product in (plenty, few, none)] == [0, 0, 0]


def test_a_product_without_a_stock_record_is_sold_out(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(1)
    with step():
        db.session.execute(sa.delete(InventoryLog))
        db.session.execute(sa.delete(Inventory))
    assert queries.get_free_units([product.id]) == {product.id: 0}
    with pytest.raises(DomainError, match="out_of_stock"):
        hold((product.id, 1))


def test_a_holder_can_replace_its_own_hold(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(3)
    holder = hold((product.id, 2))
    hold((product.id, 3), holder=holder)
    assert levels(product.id) == (3, 3, 0)


def test_an_expired_hold_is_released_by_the_next_buyer(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(2)
    first = hold((product.id, 2))
    frozen.advance(minutes=30)
    assert levels(product.id) == (2, 2, 0)
    assert queries.get_free_units([product.id]) == {product.id: 2}
    second = hold((product.id, 1))
    assert levels(product.id) == (2, 1, 1)
    assert queries.get_held_units(holder_kind=QUICK, holder_id=first) == {}
    assert queries.get_held_units(holder_kind=QUICK, holder_id=second) == {product.id: 1}


def test_holding_one_product_takes_three_statements_and_many_take_four(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    product_ids = [stocked(5).id for _ in range(10)]
    seen = []
    for wanted in (product_ids[:1], product_ids):
        hold((product_ids[0], 4))
        frozen.advance(hours=1)
        with count_statements() as counted:
            hold(*((product_id, 1) for product_id in wanted))
        seen.append(len(counted))
        frozen.advance(hours=1)

    assert seen == [3, 4]


def test_released_units_are_free_again_once(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(4)
    holder = hold((product.id, 3))
    for given_back in ({product.id: 3}, {}):
        with step():
            assert services.release(holder_kind=QUICK, holder_id=holder) == given_back
    assert levels(product.id) == (4, 0, 4)


def test_a_confirmed_hold_sells_its_units_once_with_a_ledger_entry(
    database: Flask, frozen: FrozenClock
) -> None:
    product = stocked(4)
    order = place((product, 3))
    for sold in ({product.id: 3}, {}):
        with step():
            answer = services.confirm(holder_kind=HolderKind.ORDER, holder_id=order.id, order_id=order.id)
            assert answer == sold
    assert levels(product.id) == (1, 0, 1)
    assert log_of(product.id) == [(LogReason.RESTOCK, 4, 4), (LogReason.PURCHASE, -3, 1)]
    with step():
        assert services.release(holder_kind=HolderKind.ORDER, holder_id=order.id) == {}
    assert levels(product.id) == (1, 0, 1)


def test_an_expired_hold_can_still_be_sold_before_it_is_released(
    database: Flask, frozen: FrozenClock
) -> None:
    product = stocked(1)
    order = place((product, 1))
    frozen.advance(hours=2)
    with step():
        services.confirm(holder_kind=HolderKind.ORDER, holder_id=order.id, order_id=order.id)
    assert levels(product.id) == (0, 0, 0)


def test_releasing_expired_holds_leaves_other_holds(database: Flask, frozen: FrozenClock) -> None:
    first, second = stocked(5), stocked(5)
    hold((first.id, 2), (second.id, 1))
    hold((first.id, 1), lasts=timedelta(hours=2))
    frozen.advance(minutes=29)
    jobs.release_expired()
    assert levels(first.id) == (5, 3, 2)
    frozen.advance(minutes=1)
    jobs.release_expired()
    jobs.release_expired()
    assert levels(first.id) == (5, 1, 4)
    assert levels(second.id) == (5, 0, 5)
    released = sa.select(sa.func.count()).where(InventoryReservation.status == ReservationStatus.RELEASED)
    assert db.session.scalar(released) == 2


def test_every_change_is_applied_once_with_a_ledger_entry(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(10)
    for _ in range(2):
        with step():
            services.restock(product_id=product.id, quantity=5, key="delivery 7")
            services.adjust(product_id=product.id, change=-2, key="count of March", notes="Two were missing")
            services.damage(product_id=product.id, quantity=1, key="broken 3")
            services.return_units(lines=[(product.id, 1)], key="refund 9")
    assert levels(product.id) == (13, 0, 13)
    assert log_of(product.id) == [
        (LogReason.RESTOCK, 10, 10),
        (LogReason.RESTOCK, 5, 15),
        (LogReason.ADJUSTMENT, -2, 13),
        (LogReason.DAMAGE, -1, 12),
        (LogReason.RETURN, 1, 13),
    ]


def test_a_delivery_of_many_products_is_received_once(
    database: Flask, frozen: FrozenClock, count_statements: Any
) -> None:
    bowl, tray, late = (stocked(units).id for units in (10, 0, 1))
    with step(), count_statements() as one:
        services.receive_delivery(units={late: 1}, key="delivery 6")
    units = {bowl: 5, tray: 7}
    with step(), count_statements() as many:
        assert services.receive_delivery(units=units, key="delivery 7", notes="From Srinagar") == units
    assert len(one) == len(many)
    with step():
        assert services.receive_delivery(units={**units, late: 2}, key="delivery 7") == {late: 2}

    assert [levels(product)[0] for product in (bowl, tray, late)] == [15, 7, 4]
    assert log_of(bowl) == [(LogReason.RESTOCK, 10, 10), (LogReason.RESTOCK, 5, 15)]
    notes = db.session.scalars(sa.select(InventoryLog.notes).where(InventoryLog.notes.is_not(None))).all()
    assert notes == ["From Srinagar"] * 2


def test_a_delivery_is_received_whole_or_not_at_all(database: Flask, frozen: FrozenClock) -> None:
    bowl, tea = stocked(10), stocked(5)
    with step():
        services.stop_counting(product_id=tea.id)
    with pytest.raises(DomainError, match="not_counted") as refusal, step():
        services.receive_delivery(units={bowl.id: 5, tea.id: 7}, key="delivery 7")
    assert refusal.value.details == {"product_id": str(tea.id)}
    with pytest.raises(NotFound), step():
        services.receive_delivery(units={bowl.id: 5, new_id(): 7}, key="delivery 8")
    with pytest.raises(ValueError, match="at least one"), step():
        services.receive_delivery(units={bowl.id: 0}, key="delivery 9")
    assert levels(bowl.id)[0] == 10


def test_a_delivery_is_taken_back_once_by_counter_entries(database: Flask, frozen: FrozenClock) -> None:
    bowl, tray = stocked(10).id, stocked(0).id
    with step():
        services.receive_delivery(units={bowl: 5, tray: 7}, key="delivery 7")
        services.receive_delivery(units={bowl: 1}, key="delivery 77")
    frozen.advance(seconds=119)
    with step():
        assert services.undo_delivery(key="delivery 7") == {bowl: -5, tray: -7}
    with step():
        assert services.undo_delivery(key="delivery 7") == {}

    assert (levels(bowl)[0], levels(tray)[0]) == (11, 0)
    assert log_of(bowl)[-1] == (LogReason.RESTOCK, -5, 11)
    frozen.advance(seconds=1)
    for key in ("delivery 77", "delivery", ""):
        with pytest.raises(DomainError, match="delivery_too_old"), step():
            services.undo_delivery(key=key)
    assert levels(bowl)[0] == 11


def test_a_delivery_stays_where_its_units_are_held(database: Flask, frozen: FrozenClock) -> None:
    bowl, tray = stocked(0), stocked(0)
    with step():
        services.receive_delivery(units={bowl.id: 5, tray.id: 7}, key="delivery 7")
    hold((bowl.id, 1))
    with pytest.raises(DomainError, match="stock_is_held"), step():
        services.undo_delivery(key="delivery 7")

    assert (levels(bowl.id)[0], levels(tray.id)[0]) == (5, 7)


def test_held_units_cannot_be_removed_by_counting_or_damage(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(3)
    hold((product.id, 2))
    for verb, change in ((services.adjust, {"change": -2}), (services.damage, {"quantity": 2})):
        with pytest.raises(DomainError, match="stock_is_held") as refusal, step():
            verb(product_id=product.id, key="x", **change)  # type: ignore[operator]
        assert refusal.value.details == {"available": 1, "shortages": {str(product.id): 1}}
    assert levels(product.id) == (3, 2, 1)
    assert len(log_of(product.id)) == 1


def test_many_quantities_are_corrected_like_one(
    database: Flask, frozen: FrozenClock, count_statements: Any
) -> None:
    shawl, bowl, tray = stocked(30), stocked(12), stocked(0)
    changes = {shawl.id: -30, bowl.id: 4, tray.id: 9}
    # It runs low like the shawl, which writes an alert.
    another = {stocked(30).id: -30}
    with step(), count_statements() as one:
        services.count_stocks(changes=another, key="another")
    with step(), count_statements() as many:
        assert services.count_stocks(changes=changes, key="file", notes="Product file") == changes
    assert len(one) == len(many)
    with step():
        assert services.count_stocks(changes=changes, key="file") == {}

    assert [levels(one.id) for one in (shawl, bowl, tray)] == [(0, 0, 0), (16, 0, 16), (9, 0, 9)]
    assert [log_of(one.id)[-1] for one in (shawl, bowl, tray)] == [
        (LogReason.ADJUSTMENT, -30, 0), (LogReason.ADJUSTMENT, 4, 16), (LogReason.ADJUSTMENT, 9, 9),
    ]  # fmt: skip


def test_many_quantities_are_refused_together(database: Flask, frozen: FrozenClock) -> None:
    shawl, bowl, tray = stocked(5), stocked(6), stocked(7)
    hold((shawl.id, 2), (bowl.id, 3))
    with pytest.raises(DomainError, match="stock_is_held") as refusal, step():
        services.count_stocks(changes={shawl.id: -4, bowl.id: -6, tray.id: -7}, key="file")
    assert refusal.value.details == {"available": 3, "shortages": {str(shawl.id): 3, str(bowl.id): 3}}
    assert [levels(one.id)[0] for one in (shawl, bowl, tray)] == [5, 6, 7]


def test_stock_of_an_unknown_product_does_not_change(database: Flask) -> None:
    with pytest.raises(NotFound), step():
        services.restock(product_id=new_id(), quantity=1, key="x")


def test_first_stock_is_recorded_once(database: Flask, frozen: FrozenClock) -> None:
    product, empty = make_product(stock=0), make_product(stock=0)
    with step():
        db.session.execute(sa.delete(Inventory))
    openings = [
        services.Opening(product_id=product.id, quantity=7, reorder_level=2),
        services.Opening(product_id=empty.id, quantity=0),
    ]
    with step():
        assert services.open_stocks(openings=openings) == [product.id, empty.id]
    with step():
        assert services.open_stocks(openings=openings) == []
        assert not services.open_stock(product_id=product.id, quantity=3)
    assert levels(product.id) == (7, 0, 7)
    assert log_of(product.id) == [(LogReason.RESTOCK, 7, 7)]
    assert log_of(empty.id) == []


def test_crossings_and_freed_units_are_published(events: list[Any], frozen: FrozenClock) -> None:
    product = make_product(stock=12)
    holder = hold((product.id, 1))
    assert events == []
    some = hold((product.id, 1))
    assert events == [changed(product.id, 10, low_changed=True)]
    events.clear()
    with step():
        services.release(holder_kind=QUICK, holder_id=some)
    assert events == [changed(product.id, 11, low_changed=True), StockFreed(product.id, quantity=1)]
    events.clear()
    second = hold((product.id, 11))
    assert events == [changed(product.id, 0, sold_out_changed=True, low_changed=True)]
    events.clear()
    with step():
        services.release(holder_kind=QUICK, holder_id=second)
    assert events == [
        changed(product.id, 11, sold_out_changed=True, low_changed=True),
        StockFreed(product.id, quantity=11),
    ]
    events.clear()
    with step():
        services.release(holder_kind=QUICK, holder_id=holder)
        services.restock(product_id=product.id, quantity=2, key="more")
    assert events == [StockFreed(product.id, quantity=1), StockFreed(product.id, quantity=2)]


def test_units_claimed_from_an_expired_hold_publish_no_freed_units(
    events: list[Any], frozen: FrozenClock
) -> None:
    product = make_product(stock=20)
    hold((product.id, 3))
    frozen.advance(hours=1)
    hold((product.id, 3))
    assert events == []
    frozen.advance(hours=1)
    hold((product.id, 1))
    assert events == [StockFreed(product.id, quantity=2)]


def test_the_low_stock_alert_is_armed_above_the_reorder_level(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(11)
    armed = sa.select(Inventory.low_stock_armed).where(Inventory.product_id == product.id)
    assert db.session.scalar(armed) is True
    holder = hold((product.id, 1))
    assert db.session.scalar(armed) is False
    with step():
        services.release(holder_kind=QUICK, holder_id=holder)
    assert db.session.scalar(armed) is True
