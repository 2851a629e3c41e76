"""Free units are the same in SQL and in Python, for all cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product as all_of
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.inventory import queries, rules, services
from kashcraft.inventory.models import HolderKind, Inventory
from tests.factories.catalogue import make_product

UNCOUNTED = rules.UNCOUNTED


@dataclass(frozen=True)
class Case:
    """Units on hand, in active holds and in expired holds; None on hand means not counted."""

    on_hand: int | None
    held: int = 0
    expired: int = 0
    is_gift_card: bool = False
    has_row: bool = True

    @property
    def reserved(self) -> int:
        """Return the reserved units of the stock record."""
        return 0 if self.on_hand is None else self.held + self.expired


def cases() -> Iterator[Case]:
    """Yield all cases: counted or not, active and expired holds, gift cards, missing stock records."""
    for on_hand, held, expired, is_gift_card in all_of((0, 1, 5), (0, 1, 2), (0, 1, 3), (False, True)):
        if held + expired <= on_hand:
            yield Case(on_hand, held, expired, is_gift_card)
    for held, expired, is_gift_card in all_of((0, 2), (0, 3), (False, True)):
        yield Case(None, held, expired, is_gift_card)
    yield Case(0, has_row=False)
    yield Case(0, has_row=False, is_gift_card=True)


@pytest.fixture
def made(database: Flask, frozen: FrozenClock) -> dict[UUID, Case]:
    """Create the cases as products with stock and holds, some of them expired."""
    found = {}
    for case in cases():
        product = make_product(stock=case.on_hand or 0)
        if case.on_hand is None:
            with step():
                services.stop_counting(product_id=product.id)
        for units, minutes in ((case.held, 60), (case.expired, 10)):
            if units:
                hold(product.id, units, minutes)
        found[product.id] = case
    with step():
        cards = [one for one, case in found.items() if case.is_gift_card]
        db.session.execute(sa.update(Product).where(Product.id.in_(cards)).values(is_gift_card=True))
        missing = [one for one, case in found.items() if not case.has_row]
        db.session.execute(sa.delete(Inventory).where(Inventory.product_id.in_(missing)))
    frozen.advance(minutes=30)
    return found


def hold(product_id: UUID, units: int, minutes: int) -> None:
    with step():
        services.hold(
            holder_kind=HolderKind.ORDER, holder_id=new_id(), lines=[(product_id, units)],
            expires_at=clock.now() + timedelta(minutes=minutes),
        )  # fmt: skip


def asked(column: Any) -> dict[UUID, Any]:
    rows = db.session.execute(queries.with_stock(sa.select(Product.id, column).select_from(Product)))
    return {row[0]: row[1] for row in rows}


def units_of(case: Case, *, at_once: bool) -> int | None:
    if not case.has_row:
        return None
    return rules.free_units(
        case.on_hand or 0,
        case.reserved,
        expired=case.expired if at_once else 0,
        is_counted=case.on_hand is not None,
    )


def test_free_units_of_a_stock_record_are_the_same_in_sql_and_python(made: dict[UUID, Case]) -> None:
    by_sweep = {one: units_of(case, at_once=False) for one, case in made.items()}
    at_once = {one: units_of(case, at_once=True) for one, case in made.items()}

    assert asked(queries.free_units()) == by_sweep
    assert asked(queries.free_units(clock.now())) == at_once
    assert set(at_once.values()) >= {None, 0, 1, 3, 5, UNCOUNTED}


def test_free_units_of_a_product_are_the_same_in_sql_and_python(made: dict[UUID, Case]) -> None:
    for now in (None, clock.now()):
        expected = {
            one: rules.free_of_product(
                units_of(case, at_once=now is not None), is_stocked=not case.is_gift_card
            )
            for one, case in made.items()
        }

        assert asked(queries.free_of_product(now)) == expected


def test_get_stock_returns_the_values_of_the_columns(made: dict[UUID, Case]) -> None:
    free = {one: units_of(case, at_once=True) or 0 for one, case in made.items()}

    assert queries.get_free_units(made) == free
    assert {one: found.free for one, found in queries.get_stock(made).items()} == free


def test_columns_of_stock_records_can_be_selected_for_products(made: dict[UUID, Case]) -> None:
    rows = db.session.execute(sa.select(Product.id, queries.of_product(queries.free_units())))

    assert {row[0]: row[1] for row in rows} == asked(queries.free_units())


def test_a_product_may_have_a_limit_of_its_own(database: Flask) -> None:
    bowl, rug = make_product(), make_product()
    with step():
        services.set_most_per_order(product_id=bowl.id, most=2)

    assert asked(queries.most_per_order()) == {bowl.id: 2, rug.id: None}


def test_low_stock_is_counted_and_at_or_below_its_reorder_level(database: Flask) -> None:
    low, enough, endless = (make_product(stock=units) for units in (10, 11, 0))
    with step():
        services.stop_counting(product_id=endless.id)

    assert asked(queries.is_low()) == {low.id: True, enough.id: False, endless.id: False}
