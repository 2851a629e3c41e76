"""The home page: the scene, new and loved pieces, crafts; quick, cookie-less, and never a write."""

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


def stock_the_shop(pieces: int) -> None:
    house = make_category("For the house", image=SCENE)
    bowls = make_category("Bowls", parent=house, position=1)
    for number in range(pieces):
        make_product(
            f"Bowl {number}",
            categories=[bowls],
            picture=True,
            published_at=PUBLISHED + timedelta(days=number),
        )


@pytest.mark.usefixtures("database")
def test_a_visitor_sees_the_scene_the_pieces_and_the_crafts(client: FlaskClient) -> None:
    stock_the_shop(10)
    page = client.get("/").text
    assert "/media/scene-home-0123456789ab-2000.avif 2000w" in page
    assert page.index("Bowl 9") < page.index("Bowl 2") < page.index('id="loved-pieces"')
    assert '<a class="tile__link" href="/c/bowls">' in page
    assert "10 items" in page
    assert '"@type":"WebSite"' in page


@pytest.mark.usefixtures("database")
def test_narrow_screens_get_the_square_of_the_scene_where_there_is_one(client: FlaskClient) -> None:
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
def test_the_best_rated_come_first_among_the_loved(client: FlaskClient) -> None:
    stock_the_shop(10)
    make_review(make_product("Old favourite", published_at=PUBLISHED - timedelta(days=900)), 5)
    loved = client.get("/").text.partition('id="loved-pieces"')[2]
    assert loved.index("Old favourite") < loved.index("Bowl 1")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("shelves", "tiles"), [(3, 3), (5, 4), (8, 8), (11, 8)])
def test_the_tiles_of_categories_fill_whole_rows(client: FlaskClient, shelves: int, tiles: int) -> None:
    for number in range(shelves):
        shelf = make_category(f"Shelf {number:02}", position=number)
        for piece in range(2 if number == shelves - 1 else 1):
            make_product(f"Bowl {number}-{piece}", categories=[shelf])
    shown = re.findall(r'<span class="tile__name">([^<]*)</span>', client.get("/").text)
    assert len(shown) == tiles
    assert shown == sorted(shown)
    assert f"Shelf {shelves - 1:02}" in shown


@pytest.mark.usefixtures("database")
def test_an_empty_shop_has_a_home_page(client: FlaskClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "New in the shop" not in response.text


@pytest.mark.usefixtures("database")
def test_sold_out_pieces_are_not_shown_off(client: FlaskClient) -> None:
    make_product("Last one", stock=0)
    assert "Last one" not in client.get("/").text


@pytest.mark.usefixtures("database")
def test_htmx_gets_the_content_alone(client: FlaskClient) -> None:
    stock_the_shop(1)
    fragment = client.get("/", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert "Bowl 0" in fragment.text
    assert fragment.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("pieces", [5, 50])
def test_a_warm_page_is_one_statement_and_a_cold_one_two(
    client: FlaskClient, count_statements: Callable[[], Any], pieces: int
) -> None:
    stock_the_shop(pieces)
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
