"""Both parts of a product page come from the store until something that they show has changed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue import services
from kashcraft.catalogue.models import AttributeKind, Category, Product
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.money import Money
from kashcraft.core.page_store import page_store
from kashcraft.inventory.models import Inventory
from kashcraft.product_cards.rules import NEW_FOR
from kashcraft.storefront.queries.freshness import STOCK_TICK_SECONDS
from tests.factories.catalogue import make_category, make_product, make_product_with_variants

pytestmark = pytest.mark.usefixtures("database", "frozen")


@pytest.fixture
def bowl(database: Flask, frozen: FrozenClock, client: FlaskClient) -> UUID:
    """A bowl whose page shows a chosen vase and a similar tray, and was visited before."""
    category = make_category("Bowls", slug="bowls")
    bowl, vase, _ = (make_product(name, stock=9, categories=[category]) for name in ("Bowl", "Vase", "Tray"))
    with step():
        services.relate(product_id=bowl.id, related_ids=[vase.id])
    client.get("/p/bowl")
    return bowl.id


def test_a_page_from_the_store_takes_two_statements_and_is_the_same(
    client: FlaskClient, frozen: FrozenClock, bowl: UUID, count_statements: Callable[[], Any]
) -> None:
    first = client.get("/p/bowl").text
    frozen.advance(seconds=STOCK_TICK_SECONDS)
    with count_statements() as stored:
        again = client.get("/p/bowl").text
    assert len(stored) == 2
    assert again == first


def test_another_process_of_the_server_finds_what_the_first_has_stored(
    app: Flask, client: FlaskClient, bowl: UUID, count_statements: Callable[[], Any]
) -> None:
    first, caches = client.get("/p/bowl").text, app.extensions["caches"]
    shared = caches["page store"]
    caches.clear()
    caches["page store"] = shared
    client.get("/products")
    with count_statements() as stored:
        assert client.get("/p/bowl").text == first
    assert len(stored) == 2


@pytest.mark.usefixtures("bowl")
def test_a_change_of_another_product_leaves_the_parts_in_use(
    client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    make_product("Carpet", price="900.00")
    client.get("/products")
    with count_statements() as stored:
        client.get("/p/bowl")
    assert len(stored) == 2


def test_a_changed_detail_is_shown(client: FlaskClient, bowl: UUID) -> None:
    with step():
        services.set_attributes(product_id=bowl, values={AttributeKind.MATERIAL: ("Brass",)})
    assert "Brass" in client.get("/p/bowl").text


def test_a_renamed_category_is_shown(client: FlaskClient, bowl: UUID) -> None:
    with step():
        category = db.session.scalars(sa.select(Category)).one()
        services.rename_category(category_id=category.id, name="Basins")
    page = client.get("/p/bowl").text
    assert (page.count("Basins"), page.count("Bowls")) == (8, 0)


def test_a_similar_product_that_staff_choose_moves(client: FlaskClient, bowl: UUID) -> None:
    assert row_of(client, "tray") == "Similar pieces"
    with step():
        services.relate(product_id=bowl, related_ids=[find("vase"), find("tray")])
    assert row_of(client, "tray") == "Goes well with"


def test_invented_options_are_not_stored(app: Flask, client: FlaskClient) -> None:
    make_product_with_variants("Cap", options={"Size": ("S", "M")})
    for address in ("/p/cap", "/p/cap?option1=S", "/p/cap?option1=x", "/p/cap?option2=S", "/p/cap?option1=y"):
        assert client.get(address).status_code == 200
    with app.app_context():
        path = page_store().path
    with closing(sqlite3.connect(path)) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM parts")
    # Two parts of the product, and the cards beside it.
    assert count == 3


@pytest.mark.parametrize("other", ["vase", "tray"])
def test_a_new_price_of_another_product_is_shown(client: FlaskClient, bowl: UUID, other: str) -> None:
    with step():
        services.set_price(product_id=find(other), price=Money(12_345, "USD"))
    assert "$123.45" in client.get("/p/bowl").text


def test_the_stock_of_another_product_is_shown_within_a_tick(
    client: FlaskClient, frozen: FrozenClock, bowl: UUID
) -> None:
    with step():
        db.session.execute(sa.update(Inventory).where(Inventory.product_id != bowl).values(quantity=2))
    frozen.advance(seconds=STOCK_TICK_SECONDS)
    assert client.get("/p/bowl").text.count("Only 2 left") == 2


def test_the_end_of_another_products_sale_is_shown(
    client: FlaskClient, frozen: FrozenClock, bowl: UUID
) -> None:
    with step():
        services.set_price(
            product_id=find("tray"),
            price=Money(4_000, "USD"),
            sale_price=Money(3_000, "USD"),
            sale_ends_at=frozen.moment + timedelta(seconds=20),
        )
    assert "$30.00" in client.get("/p/bowl").text
    frozen.advance(seconds=19)
    assert "$30.00" in client.get("/p/bowl").text
    frozen.advance(seconds=1)
    assert "$30.00" not in client.get("/p/bowl").text


@pytest.mark.usefixtures("bowl")
def test_a_product_is_no_longer_new_after_its_days(client: FlaskClient, frozen: FrozenClock) -> None:
    category = db.session.scalars(sa.select(Category)).one()
    make_product("Cup", categories=[category], published_at=frozen.moment)
    shown = [client.get("/p/bowl").text.count(">New<")]
    for seconds in (NEW_FOR.total_seconds() - 1, 1):
        frozen.advance(seconds=seconds)
        shown.append(client.get("/p/bowl").text.count(">New<"))
    assert shown == [1, 1, 0]


def test_a_page_is_shown_without_the_store(
    app: Flask, client: FlaskClient, frozen: FrozenClock, bowl: UUID
) -> None:
    first = client.get("/p/bowl").text
    with app.app_context():
        store = page_store()
    store.close()
    store.path.write_bytes(b"no database" * 1000)
    frozen.advance(seconds=STOCK_TICK_SECONDS)
    assert client.get("/p/bowl").text == first


def row_of(client: FlaskClient, slug: str) -> str:
    """Return the heading of the row in which the bowl's page shows a product."""
    page = client.get("/p/bowl").text
    above = page[: page.index(f'href="/p/{slug}"')]
    return re.findall("<h2>([^<]+)</h2>", above)[-1]


def find(slug: str) -> UUID:
    return db.session.scalars(sa.select(Product.id).where(Product.slug == slug)).one()
