"""The price that is crossed out during a sale, on every page of the product, with the words beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue import services
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.core.money import Money
from tests.factories.catalogue import make_category, make_product, make_product_with_variants, variants_of

WORDS = "Lowest price of the last 30 days: "


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def crossed_out(page: str) -> list[str]:
    """Return the amounts that a page crosses out, each of which has the words before it."""
    amounts = re.findall(r"<s\b[^>]*>([^<]*)</s>", page)
    assert page.count("<s ") == page.count(f'{WORDS}<s class="price__was">')
    return amounts


@pytest.mark.usefixtures("database")
def test_every_place_shows_the_lowest_price_of_the_last_30_days(
    client: FlaskClient, frozen: FrozenClock
) -> None:
    """The price was raised a week ago, so the regular price is not what a sale may be compared with."""
    category = make_category("Bowls")
    bowl = make_product("Bowl", sku="BOWL", price="40.00", categories=[category])
    make_product("Tray", price="25.00", categories=[category])
    frozen.advance(days=1)
    with step():
        services.set_price(product_id=bowl.id, price=usd(5500))
    frozen.advance(days=7)
    with step():
        services.set_price(product_id=bowl.id, price=usd(5500), sale_price=usd(3500))
    client.post("/cart/lines", data={"product_id": str(bowl.id), "quantity": 1})

    for address in ("/products", "/p/bowl", "/p/tray", "/cart"):
        page = client.get(address).text
        assert crossed_out(page) == ["$40.00"], address
        assert ("$35.00" in page, "$55.00" in page) == (True, False), address


@pytest.mark.usefixtures("database")
def test_a_sale_that_is_not_lower_is_a_price_without_a_comparison(
    client: FlaskClient, frozen: FrozenClock
) -> None:
    bowl = make_product("Bowl", sku="BOWL", price="40.00")
    with step():
        services.set_price(product_id=bowl.id, price=usd(5500), sale_price=usd(4000))
    for address in ("/products", "/p/bowl"):
        page = client.get(address).text
        assert (crossed_out(page), "$40.00" in page, "$55.00" in page, ">Sale<" in page) == (
            [], True, False, False,
        )  # fmt: skip


@pytest.mark.usefixtures("database")
def test_a_sale_crosses_out_from_its_start_until_its_end(client: FlaskClient, frozen: FrozenClock) -> None:
    window = {
        "sale_starts_at": frozen.moment.replace(minute=10),
        "sale_ends_at": frozen.moment.replace(minute=20),
    }
    make_product("Bowl", price="40.00", sale_price="30.00", sold=window)
    seen = []
    for _ in range(3):
        seen.append([crossed_out(client.get(address).text) for address in ("/products", "/p/bowl")])
        frozen.advance(minutes=10)
    assert seen == [[[], []], [["$40.00"], ["$40.00"]], [[], []]]


@pytest.mark.usefixtures("database")
def test_each_variant_has_its_own_lowest_price(client: FlaskClient, frozen: FrozenClock) -> None:
    cap = make_product_with_variants("Cap", options={"Size": ("S", "M")}, prices=("40.00", "50.00"))
    frozen.advance(days=1)
    for variant, sale in zip(variants_of(cap), (3000, 3500), strict=True):
        with step():
            services.set_price(product_id=variant.id, price=usd(6000), sale_price=usd(sale))
    assert crossed_out(client.get("/p/cap").text) == ["$40.00"]
    assert crossed_out(client.get("/p/cap?option1=M").text) == ["$50.00"]


@pytest.mark.usefixtures("database")
def test_the_structured_data_of_a_page_has_the_same_amount(client: FlaskClient, frozen: FrozenClock) -> None:
    bowl = make_product("Bowl", sku="BOWL", price="40.00")
    with step():
        services.set_price(product_id=bowl.id, price=usd(5500), sale_price=usd(3500))
    blocks = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', client.get("/p/bowl").text, re.DOTALL
    )
    offers = [json.loads(block)["offers"] for block in blocks if "offers" in json.loads(block)]
    assert [(one["price"], one["priceSpecification"]["price"]) for one in offers] == [("35.00", "40.00")]


def test_no_page_reads_the_history(
    app: Flask, client: FlaskClient, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        bowl = make_product("Bowl", price="40.00", sale_price="30.00")
        bowl_id = bowl.id
    client.post("/cart/lines", data={"product_id": str(bowl_id), "quantity": 1})
    with count_statements() as seen:
        for address in ("/", "/products", "/p/bowl", "/cart"):
            assert crossed_out(client.get(address).text) == ["$40.00"], address
    assert [text for text in seen.texts if "price_changes" in text] == []
