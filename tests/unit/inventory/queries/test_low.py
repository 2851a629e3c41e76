"""The list of products with low stock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue import services as catalogue
from kashcraft.core.db import db, step
from kashcraft.inventory import queries
from kashcraft.inventory.models import Inventory
from tests.factories.catalogue import make_product, make_product_with_variants, variants_of

LEVEL = 10


def write(product_id: UUID, **values: Any) -> None:
    with step():
        db.session.execute(sa.update(Inventory).where(Inventory.product_id == product_id).values(**values))


def test_a_product_at_its_level_is_low_and_above_it_is_not(database: Flask) -> None:
    make_product("At the level", stock=LEVEL)
    make_product("Above it", stock=LEVEL + 1)
    make_product("Empty", stock=0)

    found, total = queries.list_low_stock(page=1, size=10)

    assert ([low.name for low in found], total) == (["Empty", "At the level"], 2)


def test_held_units_are_not_available_and_are_shown(database: Flask) -> None:
    bowl = make_product("Copper bowl", stock=20, sku="BOWL")
    write(bowl.id, reserved=15, reorder_quantity=40, warehouse_location="Shelf 3")

    ((low,), _) = queries.list_low_stock(page=1, size=10)

    assert (low.sku, low.place, low.available, low.held, low.suggested) == ("BOWL", "Shelf 3", 5, 15, 40)


def test_uncounted_and_archived_products_are_never_low(database: Flask) -> None:
    endless, archived = make_product(stock=0), make_product(stock=0)
    write(endless.id, is_counted=False)
    with step():
        catalogue.archive_product(product_id=archived.id)

    assert queries.list_low_stock(page=1, size=10) == ([], 0)


def test_a_variant_is_named_after_its_product(database: Flask) -> None:
    family = make_product_with_variants("Pheran", options={"Size": ("S", "M")}, stocks=(3, 30))
    small = variants_of(family)[0]

    ((low,), _) = queries.list_low_stock(page=1, size=10)

    assert (low.product_id, low.name, low.options) == (small.id, "Pheran", "Size: S")


def test_a_page_takes_two_statements_for_any_number_of_products(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    for units in range(5):
        make_product(f"With {units}", stock=units)

    with count_statements() as seen:
        second, total = queries.list_low_stock(page=2, size=2)

    assert ([low.name for low in second], total, len(seen)) == (["With 2", "With 3"], 5, 2)
