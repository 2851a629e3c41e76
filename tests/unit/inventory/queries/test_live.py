"""Live stock for open pages, read together and at most two seconds old."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.inventory import services
from kashcraft.inventory.models import HolderKind
from kashcraft.inventory.queries import get_live_stock
from tests.factories.catalogue import make_product


def live_free(product_ids: list[UUID]) -> dict[UUID, int]:
    """Return the free units that open pages are shown."""
    return {product_id: stock.free for product_id, stock in get_live_stock(product_ids).items()}


def sell(product_id: Any, units: int) -> None:
    with step():
        services.damage(product_id=product_id, quantity=units, key=str(new_id()))


def test_a_change_is_visible_after_two_seconds(database: Flask, frozen: FrozenClock) -> None:
    bowl = make_product(stock=5).id
    assert live_free([bowl]) == {bowl: 5}
    sell(bowl, 4)
    frozen.advance(seconds=1.9)
    assert live_free([bowl]) == {bowl: 5}
    frozen.advance(seconds=0.1)
    assert live_free([bowl]) == {bowl: 1}


def test_expired_holds_count_as_free(database: Flask, frozen: FrozenClock) -> None:
    bowl = make_product(stock=5).id
    with step():
        services.hold(
            holder_kind=HolderKind.QUICK_CHECKOUT, holder_id=new_id(), lines=[(bowl, 2)],
            expires_at=clock.now() + timedelta(minutes=30),
        )  # fmt: skip
    assert live_free([bowl]) == {bowl: 3}
    frozen.advance(minutes=30)
    assert live_free([bowl]) == {bowl: 5}


def test_any_number_of_pages_takes_one_statement_in_two_seconds(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    products = [make_product(stock=place).id for place in range(20)]
    live_free(products)
    frozen.advance(seconds=3)
    with count_statements() as seen:
        for _ in range(50):
            for place, product in enumerate(products):
                assert live_free([product]) == {product: place}
    assert len(seen) == 1


def test_a_product_that_is_new_to_the_cache_is_read_separately(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    known, other = make_product(stock=1).id, make_product(stock=2).id
    live_free([known])
    with count_statements() as seen:
        assert live_free([known, other]) == {known: 1, other: 2}
        assert live_free([other]) == {other: 2}
    assert len(seen) == 1


def test_products_without_recent_requests_are_not_read_again(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    left, open_still = make_product(stock=1).id, make_product(stock=2).id
    live_free([left])
    frozen.advance(seconds=31)
    live_free([open_still])
    with count_statements() as seen:
        live_free([left])
    assert len(seen) == 1


def test_a_product_without_a_stock_record_has_no_stock(database: Flask, frozen: FrozenClock) -> None:
    stranger = new_id()
    assert live_free([stranger]) == {stranger: 0}


def test_concurrent_requests_share_one_read(
    app: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        products = [make_product(stock=3).id for _ in range(8)]
        live_free(products)
        db.session.remove()
    frozen.advance(seconds=5)
    gate = threading.Barrier(8)
    seen_free: list[int] = []

    def ask(place: int) -> None:
        with app.app_context():
            gate.wait()
            seen_free.append(live_free([products[place]])[products[place]])

    with count_statements() as seen:
        threads = [threading.Thread(target=ask, args=(place,)) for place in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    assert seen_free == [3] * 8
    assert len(seen) == 1
