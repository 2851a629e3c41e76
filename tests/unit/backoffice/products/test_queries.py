"""The list of products with the units that can be bought."""

from __future__ import annotations

import pytest

from kashcraft.backoffice.products.queries import search_products
from kashcraft.catalogue import services
from kashcraft.catalogue.rules.product_list import ProductSearch
from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.inventory import services as stock
from tests.factories.catalogue import make_product, make_product_with_variants, variants_of

pytestmark = pytest.mark.usefixtures("database")
BY_NAME = ProductSearch(sort="name", descending=False)


def units(search: ProductSearch) -> list[tuple[str, int]]:
    found, total = search_products(search, now=clock.now(), page=1, size=40)
    assert total == len(found)
    return [(one.name, one.units) for one in found]


def test_units_are_those_of_all_current_variants() -> None:
    make_product("Bowl", stock=3)
    make_product("Card", sold={"is_gift_card": True}, stock=0)
    free = make_product("Download", stock=5)
    pheran = make_product_with_variants("Pheran", stocks=(1, 2, 4))
    make_product_with_variants("Scarf", stocks=(0,))
    with step():
        stock.stop_counting(product_id=free.id, user_id=None)
        services.archive_product(product_id=variants_of(pheran)[2].id)

    assert units(BY_NAME) == [("Bowl", 3), ("Card", 999), ("Download", 999), ("Pheran", 3), ("Scarf", 0)]
    assert units(ProductSearch(is_sold_out=True)) == [("Scarf", 0)]


def test_a_page_of_the_list_has_its_size() -> None:
    for name in ("A", "B", "C"):
        make_product(name)
    found, total = search_products(BY_NAME, now=clock.now(), page=2, size=2)

    assert ([one.name for one in found], total) == (["C"], 3)
