"""Stock records: one, some, and the list of the back office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue import services as catalogue
from kashcraft.core.db import db, step
from kashcraft.core.ids import ProductId, new_id
from kashcraft.inventory import queries
from kashcraft.inventory.models import Inventory
from kashcraft.inventory.rules import UNCOUNTED, StockPart, StockRecord
from tests.factories.catalogue import make_product, make_product_with_variants, variants_of
from tests.factories.orders import uncounted

LEVEL = 10


def write(product_id: UUID, **values: Any) -> None:
    with step():
        db.session.execute(sa.update(Inventory).where(Inventory.product_id == product_id).values(**values))


def archive(product_id: ProductId) -> None:
    with step():
        catalogue.archive_product(product_id=product_id)


def names(**wanted: Any) -> list[str]:
    return [record.full_name for record in queries.search_stock(**wanted)[0]]


def test_a_product_at_its_level_is_low_and_above_it_is_not(database: Flask) -> None:
    make_product("At the level", stock=LEVEL)
    make_product("Above it", stock=LEVEL + 1)
    make_product("Empty", stock=0)

    assert names(part=StockPart.LOW) == ["Empty", "At the level"]
    assert queries.search_stock(part=StockPart.LOW, size=1)[1] == 2
    assert queries.count_low_stock() == 2


def test_a_record_has_its_figures_and_suggests_the_reorder_quantity_while_it_is_low(database: Flask) -> None:
    bowl = make_product("Copper bowl", stock=20, sku="BOWL")
    write(bowl.id, reserved=15, reorder_quantity=40, warehouse_location="C 3", most_per_order=4)

    assert queries.find_stock_record(bowl.id) == StockRecord(
        product_id=bowl.id,
        name="Copper bowl",
        options="",
        sku="BOWL",
        quantity=20,
        reserved=15,
        reorder_level=LEVEL,
        reorder_quantity=40,
        place="C 3",
        most_per_order=4,
    )
    ((low,), _) = queries.search_stock(part=StockPart.LOW)
    assert (low.available, low.suggested) == (5, 40)
    write(bowl.id, reserved=0)
    ((enough,), _) = queries.search_stock()
    assert (enough.available, enough.suggested) == (20, 0)


def test_a_product_without_a_stock_record_has_none(database: Flask) -> None:
    assert queries.find_stock_record(ProductId(new_id())) is None
    assert queries.list_stock_records([]) == []


def test_uncounted_and_archived_products_are_never_low(database: Flask) -> None:
    uncounted(name="Tea")
    archive(make_product("Old bowl", stock=0).id)
    archive(uncounted(name="Old tea").id)

    assert names(part=StockPart.LOW) == []
    assert names(part=StockPart.NOT_COUNTED) == ["Tea"]
    assert queries.count_low_stock() == 0
    ((tea,), _) = queries.search_stock(part=StockPart.NOT_COUNTED)
    assert (tea.available, tea.suggested, tea.is_counted) == (UNCOUNTED, 0, False)


def test_archived_products_are_last_and_suggest_nothing(database: Flask) -> None:
    archive(make_product("Archived", stock=0).id)
    make_product("Bowl", stock=30)
    make_product("Tray", stock=20)

    found, total = queries.search_stock(sort="name", descending=True)

    assert [(one.name, one.is_archived, one.suggested) for one in found] == [
        ("Tray", False, 0), ("Bowl", False, 0), ("Archived", True, 0),
    ]  # fmt: skip
    assert total == 3


def test_variants_are_named_after_their_product_and_listed_in_their_order(database: Flask) -> None:
    pheran = make_product_with_variants("Pheran", options={"Size": ("S", "M")}, stocks=(3, 30))
    small, medium = variants_of(pheran)

    found = queries.list_stock_records([medium.id, small.id])

    assert [(one.product_id, one.full_name) for one in found] == [
        (small.id, "Pheran (Size: S)"), (medium.id, "Pheran (Size: M)"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ["Étole", "Walnut bowl", "Walnut tray"]),
        ("tea", ["Étole"]),
        ("etole", ["Étole"]),
        ("WALNUT", ["Walnut bowl", "Walnut tray"]),
        ("tray walnut", ["Walnut tray"]),
        ("walnut wt-9", ["Walnut tray"]),
        ("%", []),
        ("_", []),
        ("linen", []),
    ],
)
def test_each_word_is_part_of_the_sku_or_of_the_name(
    database: Flask, words: str, expected: list[str]
) -> None:
    make_product("Walnut bowl", stock=30, sku="WB-1")
    make_product("Walnut tray", stock=20, sku="WT-9")
    uncounted(name="Étole", sku="TEA-1")

    assert names(words=words, sort="name") == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("available", ["Bowl", "apron", "Cloth"]),
        ("name", ["apron", "Bowl", "Cloth"]),
        ("sku", ["Cloth", "apron", "Bowl"]),
    ],
)
def test_the_list_is_sorted_in_both_directions(database: Flask, sort: str, expected: list[str]) -> None:
    make_product("apron", stock=12, sku="B-2")
    make_product("Bowl", stock=3, sku="C-3")
    uncounted(name="Cloth", sku="A-1")

    assert names(sort=sort) == expected
    assert names(sort=sort, descending=True) == expected[::-1]


def test_a_page_takes_two_statements_for_any_number_of_products(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    for units in range(5):
        make_product(f"With {units}", stock=units)

    with count_statements() as seen:
        second, total = queries.search_stock(part=StockPart.LOW, page=2, size=2)

    assert ([low.name for low in second], total, len(seen)) == (["With 2", "With 3"], 5, 2)
