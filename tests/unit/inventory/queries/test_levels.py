"""What can be bought of a product now, and what somebody holds of it."""

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


def test_free_is_what_nobody_holds(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    hold(product.id, 2)

    assert queries.get_free_units([product.id]) == {product.id: 3}


def test_a_hold_beyond_its_time_is_free_before_it_is_given_back(database: Flask, frozen: FrozenClock) -> None:
    product = stocked(5)
    hold(product.id, 2, minutes=10)
    hold(product.id, 1, minutes=30)

    frozen.advance(minutes=10)
    assert queries.get_free_units([product.id]) == {product.id: 4}


def test_what_was_never_stocked_has_nothing_and_what_is_not_counted_has_no_end(database: Flask) -> None:
    endless, unknown = stocked(0), new_id()
    write(endless.id, is_counted=False)

    assert queries.get_free_units([endless.id, unknown]) == {endless.id: UNCOUNTED, unknown: 0}
    assert queries.get_free_units([]) == {}


def test_the_first_end_of_those_who_pay_is_told_and_the_products_own_limit(
    database: Flask, frozen: FrozenClock
) -> None:
    product = stocked(5)
    write(product.id, most_per_order=3)
    hold(product.id, 1, minutes=30)
    hold(product.id, 1, minutes=20)
    hold(product.id, 1, kind=HolderKind.WAITLIST, minutes=10)

    assert queries.get_stock([product.id]) == {product.id: Stock(2, clock.now() + 20 * MINUTE, 3)}


def test_one_statement_tells_of_any_number_of_products(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    wanted = [stocked(units).id for units in range(1, 11)]

    for asked in (wanted[:1], wanted):
        with count_statements() as seen:
            assert list(queries.get_free_units(asked).values()) == list(range(1, len(asked) + 1))
        assert len(seen) == 1


def test_what_can_run_out_is_all_but_what_is_not_counted(database: Flask) -> None:
    counted, endless, unknown = stocked(1), stocked(0), new_id()
    write(endless.id, is_counted=False)

    assert queries.list_scarce([counted.id, endless.id, unknown]) == {counted.id, unknown}


@pytest.mark.parametrize(("asked", "found"), [(None, 2), ("in time", 2), ("later", None)])
def test_what_somebody_holds_counts_until_its_end_where_a_moment_is_given(
    database: Flask, frozen: FrozenClock, asked: str | None, found: int | None
) -> None:
    product = stocked(5)
    holder = hold(product.id, 2, minutes=10)
    hold(product.id, 1)
    moment = {None: None, "in time": clock.now() + 9 * MINUTE, "later": clock.now() + 10 * MINUTE}[asked]

    held = queries.get_held_units(holder_kind=HolderKind.ORDER, holder_id=holder, now=moment)
    assert held == ({product.id: found} if found else {})
    assert queries.get_held_units(holder_kind=HolderKind.WAITLIST, holder_id=holder) == {}


def test_lists_say_what_was_free_by_the_last_sweep(
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
        found = queries.list_swept_stock([bowl.id, rug.id, new_id()])

    assert {row.id: (row.free, row.is_held) for row in found} == {bowl.id: (0, True), rug.id: (4, False)}
    with count_statements() as none:
        assert queries.list_swept_stock([]) == []
    assert (len(one), len(none)) == (1, 0)
