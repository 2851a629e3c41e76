"""The home page: pictures, new and popular products, categories; without cookies and writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from kashcraft.catalogue.rules import StoredPicture
from tests.factories.catalogue import (
    PUBLISHED,
    make_category,
    make_product,
    make_product_with_variants,
    make_review,
)

SCENE = StoredPicture("scene-home-0123456789ab", 2000, 1125, (640, 1024, 1600, 2000))


def add_products(count: int) -> None:
    home = make_category("For the house", image=SCENE)
    bowls = make_category("Bowls", parent=home, position=1)
    for number in range(count):
        make_product(
            f"Bowl {number}",
            categories=[bowls],
            picture=True,
            published_at=PUBLISHED + timedelta(days=number),
        )


@pytest.mark.usefixtures("database")
def test_the_home_page_shows_a_picture_products_and_categories(client: FlaskClient) -> None:
    add_products(10)
    page = client.get("/").text
    assert "/media/scene-home-0123456789ab-2000.avif 2000w" in page
    assert page.index("Bowl 9") < page.index("Bowl 2") < page.index('id="loved-pieces"')
    assert '<a class="tile__link" href="/c/bowls">' in page
    assert "10 items" in page
    assert '"@type":"WebSite"' in page


@pytest.mark.usefixtures("database")
def test_narrow_screens_get_the_square_picture_if_it_exists(client: FlaskClient) -> None:
    make_product("Bowl", categories=[make_category("House", image=replace(SCENE, square=(540, 720)))])
    first = re.search(r'<picture class="hero__picture">(.*?)</picture>', client.get("/").text)
    assert first is not None
    narrow = re.findall(r'<source media="\(width < 40rem\)" type="([^"]*)" srcset="([^"]*)"', first[1])
    stem = "/media/scene-home-0123456789ab-square"
    assert narrow == [
        ("image/avif", f"{stem}-540.avif 540w, {stem}-720.avif 720w"),
        ("image/webp", f"{stem}-540.webp 540w, {stem}-720.webp 720w"),
    ]
    assert 'fetchpriority="high"' in first[1]


@pytest.mark.usefixtures("database")
def test_the_best_rated_products_come_first(client: FlaskClient) -> None:
    add_products(10)
    make_review(make_product("Old favourite", published_at=PUBLISHED - timedelta(days=900)), 5)
    loved = client.get("/").text.partition('id="loved-pieces"')[2]
    assert loved.index("Old favourite") < loved.index("Bowl 1")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("categories", "tiles"), [(3, 3), (5, 4), (8, 8), (11, 8)])
def test_category_tiles_fill_whole_rows(client: FlaskClient, categories: int, tiles: int) -> None:
    for number in range(categories):
        category = make_category(f"Shelf {number:02}", position=number)
        for place in range(2 if number == categories - 1 else 1):
            make_product(f"Bowl {number}-{place}", categories=[category])
    shown = re.findall(r'<span class="tile__name">([^<]*)</span>', client.get("/").text)
    assert len(shown) == tiles
    assert shown == sorted(shown)
    assert f"Shelf {categories - 1:02}" in shown


@pytest.mark.usefixtures("database")
def test_an_empty_shop_has_a_home_page(client: FlaskClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "New in the shop" not in response.text


@pytest.mark.usefixtures("database")
def test_sold_out_products_are_not_on_the_home_page(client: FlaskClient) -> None:
    make_product("Last one", stock=0)
    assert "Last one" not in client.get("/").text


@pytest.mark.usefixtures("database")
def test_htmx_gets_only_the_content(client: FlaskClient) -> None:
    add_products(1)
    fragment = client.get("/", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert "Bowl 0" in fragment.text
    assert fragment.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("count", [5, 50])
@pytest.mark.usefixtures("frozen")
def test_a_cached_page_takes_one_statement_and_an_uncached_one_two(
    client: FlaskClient, count_statements: Callable[[], Any], count: int
) -> None:
    add_products(count)
    make_product_with_variants()
    client.get("/products")
    with count_statements() as cold:
        response = client.get("/")
    with count_statements() as warm:
        client.get("/")
    assert (len(cold), len(warm)) == (2, 1)
    assert cold.writes == warm.writes == []
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert set(response.headers["Vary"].split(", ")) >= {"Cookie", "HX-Request"}
