"""Products are read for the index all at once, or some of them with the same result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Status
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.product_cards.queries.indexed import get_all_products, get_some_products
from kashcraft.product_cards.rules import IndexedValue
from tests.factories.catalogue import (
    make_category,
    make_product,
    make_product_with_variants,
    make_review,
    variants_of,
)

pytestmark = pytest.mark.usefixtures("database")


def test_some_products_are_read_as_all_are(frozen: FrozenClock, count_statements: Callable[[], Any]) -> None:
    shawls, end = make_category("Shawls"), frozen.moment + timedelta(hours=1)
    bowl = make_product(
        "Bowl", price="40.00", sale_price="30.00", materials=("Copper",), sold={"sale_ends_at": end}
    )
    cap = make_product_with_variants(
        "Cap", prices=("30.00", "25.00"), stocks=(0, 1, 0), categories=[shawls], materials=("Wool",)
    )
    draft = make_product("Draft", status=Status.DRAFT)
    make_review(bowl, 4)
    with step():
        services.archive_product(product_id=variants_of(cap)[0].id)
    ids = [bowl.id, cap.id, draft.id]
    everything = {one.id: one for one in get_all_products(frozen.moment)}
    with count_statements() as seen:
        some = {one.id: one for one in get_some_products(ids, frozen.moment)}
    assert some == everything
    assert len(seen) == 3
    assert everything.keys() == {bowl.id, cap.id}
    assert everything[bowl.id].values == (
        IndexedValue("material", "Copper"), IndexedValue("rating", "3"), IndexedValue("rating", "4"),
    )  # fmt: skip
    assert everything[bowl.id].changes_at == end
    found = everything[cap.id]
    assert ([one.in_stock for one in found.variants], found.category_ids) == ([True, False], (shawls.id,))
    assert [(one.value, one.variant) for one in found.values if one.kind == "size"] == [("L", 1), ("M", 0)]


def test_a_page_without_an_active_variant_is_not_read(frozen: FrozenClock) -> None:
    cap = make_product_with_variants("Cap")
    with step():
        for variant in variants_of(cap):
            services.archive_product(product_id=variant.id)
    assert list(get_some_products([cap.id], frozen.moment)) == list(get_all_products(frozen.moment)) == []
