"""Reads of free units and holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.inventory import queries, services
from kashcraft.inventory.models import HolderKind, Inventory
from kashcraft.inventory.rules import UNCOUNTED, Stock
from tests.factories.catalogue import make_product
from tests.factories.orders import stocked

MINUTE = timedelta(minutes=1)


def hold(product_id: UUID, units: int, *, kind: HolderKind = HolderKind.ORDER, minutes: int = 30) -> UUID:
    holder = new_id()
    with step():
        services.hold(
            holder_kind=kind,
            holder_id=holder,
            lines=[(product_id, units)],
            expires_at=clock.now() + minutes * MINUTE,
        )
    return holder


def write(product_id: UUID, **values: Any) -> None:
    with step():
        db.session.execute(sa.update(Inventory).where(Inventory.product_id == product_id).values(**values))


def test_free_units_are_not_held(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    hold(product.id, 2)

    assert queries.get_free_units([product.id]) == {product.id: 3}


def test_an_expired_hold_is_free_before_it_is_released(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    hold(product.id, 2, minutes=10)
    hold(product.id, 1, minutes=30)

    frozen.advance(minutes=10)
    assert queries.get_free_units([product.id]) == {product.id: 4}


def test_products_without_a_stock_record_have_none_and_uncounted_products_never_run_out(
    database: Flask,
) -> None:
    endless, unknown = stocked(0), new_id()
    write(endless.id, is_counted=False)

    assert queries.get_free_units([endless.id, unknown]) == {endless.id: UNCOUNTED, unknown: 0}
    assert queries.get_free_units([]) == {}


def test_stock_includes_the_first_end_of_paying_holds_and_the_products_limit(
    database: Flask, frozen: FrozenClock
) -> None:
    product = stocked(5)
    write(product.id, most_per_order=3)
    hold(product.id, 1, minutes=30)
    hold(product.id, 1, minutes=20)
    hold(product.id, 1, kind=HolderKind.WAITLIST, minutes=10)

    assert queries.get_stock([product.id]) == {product.id: Stock(2, clock.now() + 20 * MINUTE, 3)}


def test_the_stock_of_many_products_takes_one_statement(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    wanted = [stocked(units).id for units in range(1, 11)]

    for asked in (wanted[:1], wanted):
        with count_statements() as seen:
            assert list(queries.get_free_units(asked).values()) == list(range(1, len(asked) + 1))
        assert len(seen) == 1


def test_scarce_products_are_all_counted_products(database: Flask) -> None:
    counted, endless, unknown = stocked(1), stocked(0), new_id()
    write(endless.id, is_counted=False)

    assert queries.list_scarce([counted.id, endless.id, unknown]) == {counted.id, unknown}


@pytest.mark.parametrize(("asked", "found"), [(None, 2), ("in time", 2), ("later", None)])
def test_held_units_leave_out_expired_holds_at_a_given_time(
    database: Flask, frozen: FrozenClock, asked: str | None, found: int | None
) -> None:
    product = stocked(5)
    holder = hold(product.id, 2, minutes=10)
    hold(product.id, 1)
    moment = {None: None, "in time": clock.now() + 9 * MINUTE, "later": clock.now() + 10 * MINUTE}[asked]

    held = queries.get_held_units(holder_kind=HolderKind.ORDER, holder_id=holder, now=moment)
    assert held == ({product.id: found} if found else {})
    assert queries.get_held_units(holder_kind=HolderKind.WAITLIST, holder_id=holder) == {}


def test_snapshots_ignore_holds_that_expired_after_the_last_release(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    bowl, rug = make_product(stock=1), make_product(stock=5)
    with step():
        services.hold(
            holder_kind=HolderKind.ORDER, holder_id=new_id(), lines=[(bowl.id, 1), (rug.id, 1)],
            expires_at=clock.now() + timedelta(minutes=10),
        )  # fmt: skip
    frozen.advance(minutes=20)

    with count_statements() as one:
        found = queries.list_stock_snapshots([bowl.id, rug.id, new_id()])

    assert {row.id: (row.free, row.is_held) for row in found} == {bowl.id: (0, True), rug.id: (4, False)}
    with count_statements() as none:
        assert queries.list_stock_snapshots([]) == []
    assert (len(one), len(none)) == (1, 0)
