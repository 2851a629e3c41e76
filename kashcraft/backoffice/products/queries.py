"""The list of products with the units that can be bought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kashcraft.catalogue.queries import product_list
from kashcraft.catalogue.rules.product_list import ListedProduct, ProductSearch
from kashcraft.inventory import queries as inventory


def search_products(
    search: ProductSearch, *, now: datetime, page: int, size: int
) -> tuple[Sequence[ListedProduct], int]:
    """Return one page of the products of a search, and the number of all. Four statements."""
    return product_list.search_products(
        search, units=inventory.units_of_page(), now=now, page=page, size=size
    )
