"""Reading the shop for a comparison: complete, and in as many statements for many products as for few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from kashcraft.product_csv import queries
from kashcraft.product_csv.rules.products import Publication
from tests.factories import shopping


def test_pages_come_with_choices_stock_and_pictures(database: Flask) -> None:
    shopping.add_product("Bowl", 4300, stock=7, weight=500)
    shopping.add_sized_product("Pheran", ("S", "M"), 12000, 5)

    bowl, pheran = queries.list_shop_products()

    assert (bowl.slug, bowl.has_variants, bowl.option_names, bowl.publication) == (
        "bowl",
        False,
        (),
        Publication.ACTIVE,
    )
    assert [(one.values, one.price, one.quantity, one.grams) for one in bowl.variants] == [((), 4300, 7, 500)]
    assert [picture.stem for picture in bowl.pictures] == ["bowl"]
    assert [(one.values, one.price, one.quantity) for one in pheran.variants] == [
        (("S",), 12000, 5),
        (("M",), 12000, 5),
    ]


def test_only_the_asked_for_are_read(database: Flask) -> None:
    shopping.add_product("Bowl")
    shopping.add_product("Tray")

    assert [product.slug for product in queries.list_shop_products(["tray", "nothing"])] == ["tray"]
    assert queries.list_shop_products([]) == []


def test_many_products_are_read_by_as_many_statements_as_one(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    shopping.add_sized_product()
    with count_statements() as one:
        assert len(queries.list_shop_products()) == 1
    for number in range(12):
        shopping.add_product(f"Bowl {number}")

    with count_statements() as many:
        assert len(queries.list_shop_products()) == 13

    assert len(one) == len(many)
