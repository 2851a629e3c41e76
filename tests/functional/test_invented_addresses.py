"""Addresses with invented parameters are answered and evict nothing from the caches."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core import caches, clock
from tests.factories.catalogue import make_category, make_product_with_variants

pytestmark = pytest.mark.usefixtures("database")
PLAIN = ("/", "/products", "/c/shawls", "/p/wrap")
OURS = ("pages", "packed pages", "frames", "heads")


def cache_sizes(app: Flask, *names: str) -> dict[str, int]:
    """Return the number of fragments in each cache."""
    with app.app_context():
        return {name: len(caches.DECLARED[name]) for name in names}


@pytest.fixture(autouse=True)
def visited(client: FlaskClient, database: Flask, frozen: clock.FrozenClock) -> None:
    """Every public page was requested once, all within the five seconds that cached stock may be old."""
    make_product_with_variants("Wrap", categories=[make_category("Shawls")])
    for path in PLAIN:
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("query", ["x={}", "utm_source={}&sort=price", "choice={}&x=1"])
@pytest.mark.parametrize("path", PLAIN)
def test_layouts_with_unknown_parameters_are_not_cached(
    app: Flask, client: FlaskClient, path: str, query: str
) -> None:
    client.get(f"{path}?sort=price")
    before = cache_sizes(app, *OURS, "pages with parameters", "asked frames", "asked heads")
    for number in range(5):
        assert client.get(f"{path}?{query.format(number)}").status_code == 200
    assert cache_sizes(app, *OURS, "pages with parameters", "asked frames", "asked heads") == before


@pytest.mark.parametrize(
    "address",
    [
        "/products?price_from={}", "/products?colour={}", "/search?q={}", "/p/wrap?option1={}", "/?q={}",
        "/c/shawls?material={}&page=1",
    ],
)  # fmt: skip
def test_pages_with_parameters_have_their_own_caches(app: Flask, client: FlaskClient, address: str) -> None:
    before = cache_sizes(app, *OURS)
    for number in range(5):
        assert client.get(address.format(number)).status_code == 200
    assert cache_sizes(app, *OURS) == before


def test_a_page_is_the_same_with_an_unknown_parameter(client: FlaskClient) -> None:
    plain = client.get("/p/wrap").text
    asked = client.get("/p/wrap?x=1").text
    assert asked.replace("/p/wrap%3Fx%3D1", "/p/wrap").replace("/p/wrap?x%3D1", "/p/wrap") == plain
