"""The index is rebuilt when the catalogue or a price changes, and only then."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Status
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.product_cards.queries import get_index
from kashcraft.product_cards.queries.index import BUILDING
from kashcraft.product_cards.rules import BitSet, Index
from tests.factories.catalogue import (
    make_category,
    make_product,
    make_product_with_variants,
    make_review,
    variants_of,
)

pytestmark = pytest.mark.usefixtures("database")


def test_the_index_has_categories_filters_prices_and_stock(frozen: FrozenClock) -> None:
    textiles = make_category("Textiles")
    shawls = make_category("Shawls", parent=textiles)
    cap = make_product_with_variants(
        "Cap", prices=("30.00", "25.00"), stocks=(0, 1, 0), categories=[shawls], materials=("Wool",)
    )
    rug = make_product("Rug", price="90.00", stock=0, categories=[textiles])
    make_product("Draft", status=Status.DRAFT, categories=[shawls], materials=("Silk",))
    make_review(rug, 4)
    index = get_index(frozen.moment)
    cap_at, rug_at = index.positions_of([cap.id, rug.id])
    assert index.in_category(textiles.id) == index.everything
    assert (
        index.products(index.in_category(shawls.id))
        == index.products(index.in_stock)
        == BitSet.of([cap_at], index.size)
    )
    assert (len(index.whole([cap_at])), len(index.in_stock)) == (3, 1)
    assert list(index.prices) == [2500, 3000, 3000, 9000]
    assert index.filters["material"] == {"Wool": index.whole([cap_at])}
    assert [len(variants) for variants in index.filters["size"].values()] == [1, 1, 1]
    assert list(index.filters["size"]) == ["L", "M", "S"]
    assert index.filters["size"]["M"] == index.in_stock
    rug_alone = BitSet.of([rug_at], index.size)
    assert index.filters["rating"] == {"3": rug_alone, "4": rug_alone}


def test_filters_of_an_archived_variant_are_removed(frozen: FrozenClock) -> None:
    cap = make_product_with_variants("Cap")
    with step():
        services.archive_product(product_id=variants_of(cap)[0].id)
    assert list(get_index(frozen.moment).filters["size"]) == ["L", "M"]


def test_the_index_is_cached_until_the_catalogue_changes(
    frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    make_product()
    first = get_index(frozen.moment)
    with count_statements() as seen:
        assert get_index(frozen.moment) is first
    assert len(seen) == 1
    make_product()
    second = get_index(frozen.moment)
    assert second.serial > first.serial
    assert second.size == 2


def test_the_index_is_rebuilt_when_a_sale_starts_or_ends(frozen: FrozenClock) -> None:
    start = frozen.moment + timedelta(hours=1)
    make_product(price="40.00", sale_price="30.00", sold={"sale_starts_at": start})
    before = get_index(frozen.moment)
    assert (list(before.prices), before.valid_until) == ([4000], start)
    assert get_index(start - timedelta(seconds=1)) is before
    after = get_index(start)
    assert (list(after.prices), after.valid_until) == ([3000], None)


def test_other_threads_read_the_old_index_during_a_rebuild(database: Flask, frozen: FrozenClock) -> None:
    make_product()
    old = get_index(frozen.moment)
    make_product()
    found: list[Index] = []

    def read() -> None:
        with database.app_context():
            found.append(get_index(frozen.moment))

    with BUILDING:
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(timeout=10)
    assert found == [old]
    assert get_index(frozen.moment).size == 2
