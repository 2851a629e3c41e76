"""Uncounted products are in stock on every page and can be bought like any other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.inventory import services as inventory
from kashcraft.inventory.models import Inventory
from kashcraft.orders.models import OrderStatus
from tests.factories import shopping
from tests.factories.catalogue import make_product, make_product_with_variants, variants_of
from tests.factories.orders import paid, place, uncounted
from tests.support.shopper import Shopper, target_of, text_of

pytestmark = pytest.mark.usefixtures("database")
BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])


def names(page: str) -> list[str]:
    return re.findall(r'<a class="card__link" href="[^"]*">([^<]*)</a>', page)


def start(product_id: Any, quantity: int) -> None:
    with step():
        inventory.start_counting(product_id=product_id, quantity=quantity)


def stop(product_id: Any) -> None:
    with step():
        inventory.stop_counting(product_id=product_id)


def test_the_page_says_in_stock_and_allows_the_maximum_per_order(client: FlaskClient) -> None:
    uncounted(name="Tea blend", sold={"one_of_a_kind": True})
    page = client.get("/p/tea-blend").text
    assert '<p class="stock" data-state="in_stock"' in page
    assert "In stock" in text_of(page)
    assert ("999" in text_of(page), "left" in text_of(page)) == (False, False)
    assert re.search(r'name="quantity"[^>]* max="10"', page)
    assert "https://schema.org/InStock" in page


def test_live_stock_says_in_stock(client: FlaskClient, frozen: FrozenClock) -> None:
    product = uncounted(name="Tea blend")
    place((product, 10))
    stock = json.loads(client.get(f"/stock?ids={product.id}:10").text)
    assert stock == {str(product.id): {"state": "in_stock", "text": "In stock", "most": None}}


def test_lists_show_it_as_in_stock_without_a_note(client: FlaskClient) -> None:
    uncounted(name="Tea blend")
    make_product("Silk carpet", stock=0)
    page = client.get("/products?stock=in").text
    assert names(page) == ["Tea blend"]
    assert 'class="card" data-state="in_stock"' in page
    assert 'class="stock"' not in page
    assert names(client.get("/search?q=tea&stock=in").text) == ["Tea blend"]


def test_a_product_without_a_stock_record_is_sold_out(client: FlaskClient) -> None:
    make_product("Tea blend")
    with step():
        db.session.execute(sa.delete(Inventory))
    assert names(client.get("/products?stock=in").text) == []
    assert "Sold out" in text_of(client.get("/products"))
    assert "Sold out" in text_of(client.get("/p/tea-blend"))


def test_an_uncounted_variant_makes_its_product_available(client: FlaskClient) -> None:
    pheran = make_product_with_variants("Pheran", options={"Size": ("S", "M")}, stocks=(0,))
    stop(variants_of(pheran)[1].id)
    assert names(client.get("/products?stock=in").text) == ["Pheran"]
    page = client.get("/p/pheran").text
    assert len(re.findall(r"sold out</span>", page)) == 1


def test_lists_change_immediately_when_counting_is_switched(client: FlaskClient, frozen: FrozenClock) -> None:
    product = make_product("Tea blend", stock=0)
    seen = []
    for switch in (lambda: None, lambda: stop(product.id), lambda: start(product.id, 0)):
        switch()
        page = client.get("/products").text
        seen.append((names(client.get("/products?stock=in").text), "Sold out" in text_of(page)))
    assert seen == [([], True), (["Tea blend"], False), ([], True)]


@BOTH
def test_it_can_be_ordered_up_to_the_maximum_per_order(client: FlaskClient, htmx: bool) -> None:
    shopping.add_taxes_and_delivery()
    product_id = shopping.add_product("Tea blend", 900, stock=0)
    stop(product_id)
    shopper = Shopper(client, htmx)
    shopper.add(product_id, 12)
    cart = client.get("/cart")
    assert "At most 10 of this per order." in text_of(cart)
    assert re.search(r'name="quantity" value="10"[^>]* max="10"', cart.text)
    shopper.enter_contact()
    shopper.choose_delivery()
    assert "/sandbox/" in target_of(shopper.place())


def test_orders_of_it_reduce_no_stock(client: FlaskClient, frozen: FrozenClock) -> None:
    product = uncounted(name="Tea blend")
    for number in range(5):
        place((product, 10), email=f"buyer{number}@shop.example")
    assert paid((product, 10), email="late@shop.example").status is OrderStatus.PAID
    assert "In stock" in text_of(client.get("/p/tea-blend"))


@pytest.mark.usefixtures("frozen")
def test_uncounted_products_take_no_further_statements(
    app: Flask, client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    product = make_product("Tea blend", stock=5)
    Shopper(client).add(product.id)

    def counted() -> list[int]:
        counts = []
        for path in ("/products", "/p/tea-blend", "/cart"):
            client.get(path)
            with count_statements() as seen:
                client.get(path)
            counts.append(len(seen))
        return counts

    app.config["KEEP_CONTENTS"] = False
    try:
        before = counted()
        stop(product.id)
        assert counted() == before
    finally:
        app.config["KEEP_CONTENTS"] = True
