"""The request for a product page, and what its keys contain."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kashcraft.core.db import db, step
from kashcraft.inventory.models import Inventory
from kashcraft.storefront.queries import ProductRequest
from kashcraft.storefront.queries.product import find_product_request
from tests.factories.catalogue import make_product

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def requested(slug: str) -> ProductRequest:
    found = find_product_request(slug, None, find_country=lambda: "US", now=NOW)
    assert found is not None
    return found


def test_a_product_that_does_not_exist_has_no_page() -> None:
    assert find_product_request("bowl", None, find_country=lambda: "US", now=NOW) is None


def test_the_key_of_the_part_has_what_the_page_shows_of_the_moment() -> None:
    make_product("Bowl", price="40.00", stock=7)
    name, slug, selected, values, state, country, arrives, *_ = requested("bowl").part_key
    assert (name, slug, selected, values, state, country, arrives) == (
        "product",
        "bowl",
        None,
        (),
        ((4000, 7, None, 0),),
        "US",
        None,
    )


def test_another_product_changes_the_key_of_the_page_and_not_that_of_the_part() -> None:
    make_product("Bowl")
    before = requested("bowl")
    tray = make_product("Tray")
    after = requested("bowl")
    assert after.key != before.key
    assert after.part_key == before.part_key
    with step():
        db.session.query(Inventory).filter(Inventory.product_id != tray.id).update({"quantity": 1})
    assert requested("bowl").part_key != before.part_key
