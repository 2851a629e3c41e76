"""Every page shows a new price with the first request after its change, in every process."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from kashcraft.catalogue import services
from kashcraft.core.db import step
from kashcraft.core.money import Money
from kashcraft.product_cards.queries.index import BUILDING
from tests.conftest import browser
from tests.factories.catalogue import make_category, make_product

PAGES = ("/", "/products", "/c/bowls", "/search?q=bowl", "/p/bowl", "/products?price_from=100&price_to=200")


@pytest.fixture
def bowl(app: Flask) -> UUID:
    with app.app_context():
        bowls = make_category("Bowls", slug="bowls")
        for number in range(3):
            make_product(f"Tray {number}", price="120.00", stock=9, categories=[bowls])
        return make_product("Bowl", slug="bowl", price="111.11", stock=9, categories=[bowls]).id


def set_price(app: Flask, product_id: UUID, minor: int) -> None:
    with app.app_context(), step():
        services.set_price(product_id=product_id, price=Money(minor, "USD"))


def test_the_next_request_shows_a_new_price(app: Flask, bowl: UUID) -> None:
    visitor = browser(app)
    for minor in (11_111, 12_345, 13_579):
        set_price(app, bowl, minor)
        text = f"${minor // 100}.{minor % 100:02}"
        assert [path for path in PAGES if text not in visitor.get(path).text] == []
    set_price(app, bowl, 9_876)
    assert "/p/bowl" not in visitor.get("/products?price_from=100&price_to=200").text
    assert "$98.76" in visitor.get("/products?price_from=90&price_to=99").text


def test_two_processes_on_one_database_show_it(app: Flask, bowl: UUID) -> None:
    caches = app.extensions["caches"]
    other: dict[str, object] = {}
    visitor = browser(app)
    for minor in (12_121, 13_131):
        set_price(app, bowl, minor)
        text = f"${minor // 100}.{minor % 100:02}"
        for _ in range(2):
            # The caches of a second process.
            mine = dict(caches)
            caches.clear()
            caches.update(other)
            other = mine
            assert [path for path in PAGES if text not in visitor.get(path).text] == []


def test_prices_are_current_while_the_whole_catalogue_is_read(app: Flask, bowl: UUID) -> None:
    visitor = browser(app)
    visitor.get("/products")
    with app.app_context(), step():
        services.set_price(product_id=bowl, price=Money(14_141, "USD"))
        services.touch()
    with BUILDING:
        for path in ("/products", "/c/bowls", "/p/bowl", "/search?q=bowl"):
            assert "$141.41" in visitor.get(path).text
    assert "$141.41" in visitor.get("/products?price_from=140&price_to=142").text
