"""Search: every word counts, names come before materials, with the facets of any list."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from kashcraft.catalogue import services
from kashcraft.catalogue.rules import PageInput
from kashcraft.core.db import step
from tests.factories.catalogue import make_category, make_product, make_product_with_variants, variants_of

pytestmark = pytest.mark.usefixtures("database")


def names(page: str) -> list[str]:
    """Return the names of the results, without the suggestions of an empty search."""
    found, _, _ = page.partition('id="others"')
    return re.findall(r'<a class="card__link" href="[^"]*">([^<]*)</a>', found)


@pytest.fixture
def goods(database: object) -> None:
    make_product("Walnut tray", tags=("kitchen",))
    make_product("Copper bowl", materials=("Copper",))
    make_product("Carved bowl", materials=("Walnut",), sku="KC-BOWL")
    make_product_with_variants("Bowl of three sizes")


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bowl", ["Bowl of three sizes", "Carved bowl", "Copper bowl"]),
        ("BOWL walnut", ["Carved bowl"]),
        ("walnut", ["Walnut tray", "Carved bowl"]),
        ("kitchen", ["Walnut tray"]),
        ("kc-b", ["Carved bowl"]),
        ("100%", []),
        ("_", []),
    ],
)
def test_words_find_products(client: FlaskClient, query: str, found: list[str]) -> None:
    page = client.get("/search", query_string={"q": query})
    assert (page.status_code, names(page.text)) == (200, found)
    assert (
        names(client.get("/search", query_string={"q": query}, headers={"HX-Request": "true"}).text) == found
    )


@pytest.mark.parametrize("query", ["etole", "Étole", "ÉTOLE", "e\u0301tole", "étoles", "etoles soie"])
def test_case_accents_and_plurals_are_ignored(client: FlaskClient, query: str) -> None:
    make_product("Étole en soie")
    make_product("Étagère")
    assert names(client.get("/search", query_string={"q": query}).text) == ["Étole en soie"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("shawls", ["Sozni shawl"]),
        ("scarves", ["Printed scarf"]),
        ("scarf", ["Printed scarf"]),
        ("papier mache", ["Lacquer box"]),
        ("Papier-mâché boxes", ["Lacquer box"]),
        ("rug", ["Meadow runner"]),
        ("floors rugs", ["Meadow runner"]),
        ("KC-KANI-INDIGO", ["Sozni shawl"]),
        ("kani indigo", []),
    ],
)
def test_words_match_categories_and_other_spellings(
    client: FlaskClient, query: str, found: list[str]
) -> None:
    floors = make_category("Floors")
    make_product("Sozni shawl", sku="KC-KANI-INDIGO-1")
    make_product("Printed scarf")
    make_product("Lacquer box", materials=("Papier-mâché",))
    make_product("Meadow runner", categories=[make_category("Rugs", parent=floors)])
    assert names(client.get("/search", query_string={"q": query}).text) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pens", ["Brass pen"]),
        ("pen", ["Brass pen", "Silver pendant"]),
        ("pend", ["Silver pendant"]),
        ("pen brass", ["Brass pen"]),
        ("pen silver", []),
        ("beanies", ["Wool beanie"]),
        ("lens", ["Reading lenses"]),
        ("canvases", ["Painted canvas"]),
        ("saris", ["Silk sari"]),
        ("スカーフ", ["絹のスカーフ"]),
        ("ilk", []),
    ],
)
def test_words_match_whole_and_the_last_one_as_a_prefix(
    client: FlaskClient, query: str, found: list[str]
) -> None:
    for name in (
        "Silver pendant", "Brass pen", "Wool beanie", "Reading lenses", "Painted canvas", "Silk sari",
        "絹のスカーフ",
    ):  # fmt: skip
        make_product(name)
    assert names(client.get("/search", query_string={"q": query}).text) == found


def test_a_renamed_product_is_found_by_its_new_name_only(client: FlaskClient) -> None:
    cap = make_product_with_variants("Cap")
    with step():
        services.update_product(product_id=cap.id, page=PageInput(name="Béret"))
    assert names(client.get("/search?q=berets").text) == ["Béret"]
    assert names(client.get("/search?q=cap").text) == []


@pytest.mark.usefixtures("goods")
def test_a_search_is_filtered_and_sorted_like_a_list(client: FlaskClient) -> None:
    assert names(client.get("/search?q=bowl&material=Walnut").text) == ["Carved bowl"]
    assert names(client.get("/search?q=bowl&sort=name").text)[0] == "Bowl of three sizes"
    page = client.get("/search?q=bowl").text
    assert '<input type="hidden" name="q" value="bowl">' in page
    assert "noindex" in page


@pytest.mark.usefixtures("goods")
def test_searches_without_results_or_words(client: FlaskClient) -> None:
    page = client.get("/search?q=teapot").text
    assert "No results for “teapot”" in page
    assert "0 items" not in page
    assert 'class="facets"' not in page
    assert "What are you looking for?" in client.get("/search").text
    assert "<script>" not in client.get("/search?q=<script>").text.partition("<main")[2]


def others(page: str) -> list[str]:
    return re.findall(r'<a class="card__link" href="[^"]*">([^<]*)</a>', page.partition('id="others"')[2])


def test_a_search_without_results_shows_four_products_and_categories(client: FlaskClient) -> None:
    category = make_category("Copperware")
    for number in range(5):
        make_product(f"Bowl {number}", categories=[category])
    make_product("Walnut tray")
    make_product("Walnut spoon", stock=0)
    page = client.get("/search?q=walnut+teapot").text
    assert names(page) == []
    assert (others(page)[0], len(others(page))) == ("Walnut tray", 4)
    assert "Walnut spoon" not in page
    assert '<a href="/c/copperware">Copperware</a>' in page.partition('id="ways"')[2]
    assert len(others(client.get("/search").text)) == 4
    assert others(client.get("/search?q=bowl").text) == []


def test_a_removed_variant_does_not_find_its_product(client: FlaskClient) -> None:
    cap = make_product_with_variants("Cap")
    gone = variants_of(cap)[0]
    with step():
        services.archive_product(product_id=gone.id)
    assert names(client.get("/search", query_string={"q": gone.sku}).text) == []
    assert names(client.get("/search", query_string={"q": variants_of(cap)[1].sku}).text) == ["Cap"]


@pytest.mark.usefixtures("frozen")
def test_a_search_takes_the_same_statements_for_one_product_and_for_many(
    client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    seen = []
    category = make_category("Bowls")
    for number, total in ((0, 1), (1, 10)):
        for place in range(number, total):
            make_product(f"Bowl {place}", categories=[category])
        client.get("/search?q=tray")
        with count_statements() as counted:
            assert len(names(client.get("/search?q=bowl").text)) == total
        seen.append(counted)

    one, many = seen
    assert (len(one), one.writes, many.writes) == (len(many), [], [])
