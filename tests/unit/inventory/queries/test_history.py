"""Movements of a product's stock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.inventory import jobs, queries, services
from kashcraft.inventory.models import HolderKind, LogReason
from kashcraft.inventory.rules import Movement
from tests.factories.catalogue import make_product_with_variants, variants_of
from tests.factories.orders import place, stocked
from tests.factories.people import person


def test_movements_are_listed_latest_first_with_user_reason_and_order(
    database: Flask, frozen: FrozenClock
) -> None:
    start = clock.now()
    bowl, other = stocked(5), stocked(9)
    order = place((bowl, 2))
    frozen.advance(hours=1)
    with step():
        services.confirm(holder_kind=HolderKind.ORDER, holder_id=order.id, order_id=order.id)
    frozen.advance(hours=1)
    asha = person()
    with step():
        services.adjust(product_id=bowl.id, change=-1, key="count", user_id=asha, notes="One was missing")

    movements, total = queries.list_movements(bowl.id, page=1, size=10)
    assert total == 3
    assert movements == [
        Movement(clock.now(), -1, 2, LogReason.ADJUSTMENT, "Asha Bhat", None, "One was missing"),
        Movement(start.replace(hour=11), -2, 3, LogReason.PURCHASE, None, order.id, ""),
        Movement(start, 5, 5, LogReason.RESTOCK, None, None, ""),
    ]
    assert queries.list_movements(other.id, page=1, size=10)[1] == 1
    assert queries.list_movements(new_id(), page=1, size=10) == ([], 0)


def test_pages_continue_into_the_archive(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    bowl = stocked(5)
    frozen.advance(days=91)
    jobs.archive_logs()
    for units in (1, 2):
        with step():
            services.damage(product_id=bowl.id, quantity=units, key=f"broken {units}")
        frozen.advance(minutes=1)

    with count_statements() as seen:
        first, total = queries.list_movements(bowl.id, page=1, size=2)
    second, _ = queries.list_movements(bowl.id, page=2, size=2)
    assert len(seen) == 2
    assert total == 3
    assert [movement.change for movement in first] == [-2, -1]
    assert [(movement.change, movement.reason) for movement in second] == [(5, LogReason.RESTOCK)]


def test_a_variant_is_named_after_its_product(database: Flask, frozen: FrozenClock) -> None:
    choice = variants_of(make_product_with_variants("Pheran", options={"Size": ("S", "M")}, stocks=(8,)))[1]
    subject = queries.find_stock_record(choice.id)
    assert subject is not None
    assert (subject.name, subject.options, subject.sku) == ("Pheran", "Size: M", choice.sku)
    assert (subject.quantity, subject.available, subject.reorder_level) == (8, 8, 10)
    assert queries.find_stock_record(new_id()) is None
