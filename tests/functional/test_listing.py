"""Lists: facets, sort orders, pages and addresses, as a page and as a fragment."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Category, Product
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.money import Money
from kashcraft.inventory.models import Inventory
from tests.factories.catalogue import (
    PUBLISHED,
    add_picture,
    make_category,
    make_product,
    make_product_with_variants,
    variants_of,
)

pytestmark = pytest.mark.usefixtures("database")


def names(page: str) -> list[str]:
    return re.findall(r'<a class="card__link" href="[^"]*">([^<]*)</a>', page)


@pytest.fixture
def textiles(database: Flask) -> Category:
    textiles = make_category("Textiles", description="From the looms.")
    shawls = make_category("Shawls", parent=textiles)
    rugs = make_category("Rugs", parent=textiles)
    for day, (name, category, material, price, stock) in enumerate(
        (
            ("Plain wrap", shawls, "Pashmina", "240.00", 4),
            ("Sozni shawl", shawls, "Silk", "640.00", 0),
            ("Wool throw", rugs, "Wool", "90.00", 9),
            ("Silk carpet", rugs, "Silk", "2600.00", 1),
        )
    ):
        make_product(
            name,
            price=price,
            stock=stock,
            categories=[category],
            materials=(material,),
            published_at=PUBLISHED + timedelta(days=day),
        )
    make_product("Walnut bowl", materials=("Walnut",), published_at=PUBLISHED + timedelta(hours=1))
    return textiles


def test_a_category_lists_its_descendants_newest_first(client: FlaskClient, textiles: Category) -> None:
    page = client.get("/c/textiles").text
    assert names(page) == ["Silk carpet", "Wool throw", "Sozni shawl", "Plain wrap"]
    assert "4 items" in page
    assert "From the looms." in page
    assert names(client.get("/c/shawls").text) == ["Sozni shawl", "Plain wrap"]
    assert names(client.get("/products").text) == [
        "Silk carpet", "Wool throw", "Sozni shawl", "Walnut bowl", "Plain wrap",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sort=price", ["Wool throw", "Plain wrap", "Sozni shawl", "Silk carpet"]),
        ("sort=price-down", ["Silk carpet", "Sozni shawl", "Plain wrap", "Wool throw"]),
        ("sort=name", ["Plain wrap", "Silk carpet", "Sozni shawl", "Wool throw"]),
        ("material=Silk", ["Silk carpet", "Sozni shawl"]),
        ("material=Silk&material=Wool&sort=price", ["Wool throw", "Sozni shawl", "Silk carpet"]),
        ("category=rugs", ["Silk carpet", "Wool throw"]),
        ("category=rugs&material=Silk", ["Silk carpet"]),
        ("price_from=90&price_to=240", ["Wool throw", "Plain wrap"]),
        ("stock=in&material=Silk", ["Silk carpet"]),
        (
            "sort=odd&page=first&rating=9&stock=maybe",
            ["Silk carpet", "Wool throw", "Sozni shawl", "Plain wrap"],
        ),
        ("material=SILK", ["Silk carpet", "Sozni shawl"]),
        ("material=Gold", []),
        ("material=Gold&material=Wool", ["Wool throw"]),
    ],
)
def test_filters_and_orders(client: FlaskClient, textiles: Category, query: str, found: list[str]) -> None:
    page = client.get(f"/c/textiles?{query}").text
    fragment = client.get(f"/c/textiles?{query}", headers={"HX-Request": "true"}).text
    assert names(page) == names(fragment) == found
    assert fragment.lstrip().startswith('<div class="listing" id="listing">')
    assert "<html" not in fragment


def test_the_address_of_a_list_has_only_active_filters(client: FlaskClient, textiles: Category) -> None:
    sent = "/c/textiles?price_from=&price_to=&material=&sort=price"
    answer = client.get(sent, headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == "/c/textiles?sort=price"
    assert "HX-Push-Url" not in client.get(sent).headers


def test_counts_follow_the_other_facets(client: FlaskClient, textiles: Category) -> None:
    page = client.get("/c/textiles?category=shawls").text
    counts = dict(
        re.findall(
            r'name="material" value="(\w+)".*?<span class="facet__count">.*?</span>(\d+)<',
            page,
        )
    )
    assert counts == {"Pashmina": "1", "Silk": "1", "Wool": "0"}


def test_chips_remove_active_filters(client: FlaskClient, textiles: Category) -> None:
    page = client.get("/c/textiles?material=Silk&price_to=700").text
    assert '<a class="chip" href="/c/textiles?price_to=700">' in page
    assert '<a class="chip" href="/c/textiles?material=Silk">' in page
    assert "Up to $700.00" in page
    assert '<a class="link" href="/c/textiles">Clear all</a>' in page


def test_size_color_and_stock_apply_to_the_same_variant(client: FlaskClient) -> None:
    options = {"Size": ("S", "M"), "Colour": ("Red", "Blue")}
    make_product_with_variants(
        "Wrap", options=options, stocks=(0, 4, 4, 0), prices=("40.00", "90.00", "60.00", "50.00")
    )
    asked = {
        "size=S&colour=Red": 1,
        "size=S&colour=Red&stock=in": 0,
        "size=S&stock=in": 1,
        "size=M&colour=Blue&stock=in": 0,
        "size=M&stock=in&price_to=55": 0,
        "size=M&stock=in&price_to=60": 1,
    }
    seen = {query: len(names(client.get(f"/products?{query}").text)) for query in asked}
    assert seen == asked


@pytest.fixture
def wrap(database: Flask) -> Product:
    """A wrap in ivory and rose, in two sizes, each color with its pictures; ivory comes first."""
    wrap = make_product_with_variants("Wrap", options={"Colour": ("Ivory", "Rose"), "Size": ("S", "M")})
    with step():
        ivory, rose = variants_of(wrap)[:2], variants_of(wrap)[2:]
        add_picture(wrap, stem="ivory-0123456789ab", variant_ids=[one.id for one in ivory])
        add_picture(wrap, stem="rose-0123456789ab", variant_ids=[one.id for one in rose])
        add_picture(wrap, stem="weave-0123456789ab", variant_ids=[one.id for one in rose])
    return wrap


@pytest.mark.usefixtures("wrap")
@pytest.mark.parametrize(
    ("query", "pictures", "target"),
    [
        ("", ["ivory", "rose"], "/p/wrap"),
        ("colour=Rose", ["rose", "weave"], "/p/wrap?option1=Rose"),
        ("colour=Ivory", ["ivory"], "/p/wrap?option1=Ivory"),
        ("colour=Rose&size=M", ["rose", "weave"], "/p/wrap?option1=Rose&amp;option2=M"),
        ("size=M", ["ivory"], "/p/wrap?option2=M"),
        ("colour=Rose&colour=Ivory", ["ivory", "rose"], "/p/wrap"),
        ("stock=in", ["ivory", "rose"], "/p/wrap"),
    ],
)
@pytest.mark.usefixtures("frozen")
def test_a_list_filtered_by_color_shows_the_variant_and_links_to_it(
    client: FlaskClient, count_statements: Any, query: str, pictures: list[str], target: str
) -> None:
    client.get("/products")
    with count_statements() as seen:
        page = client.get(f"/products?{query}").text
    assert re.findall(r'<source type="image/avif" srcset="/media/(\w+)-0123456789ab', page) == pictures
    assert re.findall(r'class="card__link" href="([^"]*)"', page) == [target]
    assert len(seen.texts) == (1 if not query else 2)


@pytest.mark.usefixtures("wrap")
def test_the_page_of_a_filtered_card_has_the_color_selected(client: FlaskClient) -> None:
    page = client.get("/p/wrap?option1=Rose").text
    assert '<span class="pills__chosen">Rose</span>' in page
    gallery = page.partition("<gallery-view")[2]
    assert gallery.index("rose-0123456789ab") < gallery.index("ivory-0123456789ab")


def test_one_colour_in_two_spellings_is_one_filter(client: FlaskClient) -> None:
    for number, colour in enumerate(("Red", "red", "Red")):
        make_product(f"Bowl {number}", colours=(colour,))
    make_product("Tray", colours=("Blue",))
    page = client.get("/products").text
    assert re.findall(r'name="colour" value="(\w+)"', page) == ["Blue", "Red"]
    assert names(client.get("/products?colour=red").text) == names(client.get("/products?colour=Red").text)


def test_names_are_sorted_equally_on_every_database(client: FlaskClient) -> None:
    for name in ("Zari", "étole", "Eve", "Écharpe", "apron"):
        make_product(name)
    assert names(client.get("/products?sort=name").text) == ["apron", "Écharpe", "étole", "Eve", "Zari"]


def test_an_empty_list_links_to_the_whole_list(client: FlaskClient, textiles: Category) -> None:
    page = client.get("/c/textiles?material=Wool&price_from=900").text
    assert "Nothing fits all of these filters" in page


@pytest.mark.parametrize("htmx", [False, True])
def test_an_invalid_price_is_refused_beside_its_field(
    client: FlaskClient, textiles: Category, htmx: bool
) -> None:
    headers = {"HX-Request": "true"} if htmx else {}
    answer = client.get("/c/textiles?material=Silk&price_from=1.000,00&price_to=700", headers=headers)
    assert answer.status_code == 422
    assert 'id="price-from" inputmode="decimal"' in answer.text
    assert 'value="1.000,00" aria-invalid="true" aria-describedby="price-from-error"' in answer.text
    assert '<p class="field__error" id="price-from-error">Enter a price like $25.00.</p>' in answer.text
    assert names(answer.text) == ["Sozni shawl"]
    assert "public" not in answer.headers["Cache-Control"]


def test_crossed_prices_are_swapped(client: FlaskClient, textiles: Category) -> None:
    page = client.get("/c/textiles?price_from=$500&price_to=100")
    assert names(page.text) == ["Plain wrap"]
    assert 'value="100"' in page.text
    assert 'value="500"' in page.text


def test_categories_can_be_selected_in_the_whole_shop(client: FlaskClient, textiles: Category) -> None:
    page = client.get("/products").text
    assert "<summary>Category</summary>" in page
    shown = re.findall(r'<label class="check"(?: data-level="(\d)")?><input[^>]* value="([\w-]+)"', page)
    assert shown[:3] == [("", "textiles"), ("1", "rugs"), ("1", "shawls")]
    assert names(client.get("/products?category=shawls").text) == ["Sozni shawl", "Plain wrap"]


def test_the_sort_order_retains_the_filters(client: FlaskClient, textiles: Category) -> None:
    page = client.get("/c/textiles?material=Silk&price_to=700&material=Wool").text
    form = re.search(r'<form class="sort__form" .*?</form>', page, re.DOTALL)
    assert form is not None
    assert re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', form[0]) == [
        ("material", "Silk"), ("material", "Wool"), ("price_to", "700"),
    ]  # fmt: skip
    assert '<option value="new" selected>Newest</option>' in form[0]
    assert "data-apply" in form[0]


def test_the_filters_show_the_number_of_results(client: FlaskClient, textiles: Category) -> None:
    assert 'data-results="Show 2 items"' in client.get("/c/textiles?material=Silk").text
    assert 'data-results="Show 1 item"' in client.get("/c/textiles?material=Wool").text


def test_an_empty_category(client: FlaskClient) -> None:
    make_category("Silver")
    assert "Nothing here yet" in client.get("/c/silver").text


def test_pages_follow_one_another(client: FlaskClient) -> None:
    for number in range(50):
        make_product(f"Piece {number:02}", published_at=PUBLISHED + timedelta(days=number))
    first, second, third = (client.get(f"/products?page={number}").text for number in (1, 2, 3))
    assert [len(names(page)) for page in (first, second, third)] == [24, 24, 2]
    assert (names(first)[0], names(third)[-1]) == ("Piece 49", "Piece 00")
    assert 'rel="next" href="/products?page=2"' in first
    assert ("1–24 of 50" in first, "49–50 of 50" in third) == (True, True)
    assert 'rel="prev" href="/products"' in second
    assert client.get("/products?page=4").status_code == 404


def test_the_canonical_address_has_no_filters(client: FlaskClient, textiles: Category) -> None:
    plain, filtered = client.get("/c/textiles").text, client.get("/c/textiles?material=Silk&sort=price").text
    for page in (plain, filtered):
        assert '<link rel="canonical" href="http://localhost/c/textiles">' in page
    assert "noindex" not in plain
    assert '<meta name="robots" content="noindex, follow">' in filtered
    assert '"@type":"BreadcrumbList"' in plain


def test_unknown_categories_are_not_found_and_renamed_ones_redirect(
    client: FlaskClient, textiles: Category
) -> None:
    assert client.get("/c/missing").status_code == 404
    with step():
        services.rename_category(category_id=textiles.id, name="Cloth", slug="cloth")
    moved = client.get("/c/textiles")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/c/cloth")


def test_a_changed_price_is_shown_at_once(client: FlaskClient) -> None:
    bowl = make_product("Bowl", price="40.00")
    assert "$40.00" in client.get("/products").text
    with step():
        services.set_price(product_id=bowl.id, price=Money(4200, "USD"))
    assert "$42.00" in client.get("/products").text


def test_a_sale_is_shown_during_its_whole_period(client: FlaskClient, frozen: FrozenClock) -> None:
    window = {
        "sale_starts_at": frozen.moment + timedelta(minutes=1),
        "sale_ends_at": frozen.moment + timedelta(minutes=2),
    }
    make_product("Bowl", price="40.00", sale_price="30.00", sold=window)
    seen = []
    for _ in range(3):
        seen.append("$30.00" in client.get("/products").text)
        frozen.advance(minutes=1)
    assert seen == [False, True, False]


def test_stock_of_cards_is_at_most_30_seconds_old(client: FlaskClient, frozen: FrozenClock) -> None:
    make_product("Bowl", stock=3)
    assert "Only 3 left" in client.get("/products").text
    with step():
        db.session.execute(sa.update(Inventory).values(quantity=2))
    frozen.advance(seconds=30)
    assert "Only 2 left" in client.get("/products").text


@pytest.mark.parametrize("count", [5, 50])
@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.usefixtures("frozen")
def test_a_list_takes_two_statements_and_one_from_the_cache(
    client: FlaskClient, count_statements: Callable[[], Any], count: int, htmx: bool
) -> None:
    category = make_category("Bowls")
    for number in range(count):
        make_product(f"Bowl {number}", categories=[category], materials=("Walnut",), picture=True)
        if number % 5 == 0:
            make_product_with_variants(f"Cap {number}", categories=[category])
    headers = {"HX-Request": "true"} if htmx else {}
    client.get("/c/bowls", headers=headers)
    with count_statements() as cold:
        response = client.get("/c/bowls?material=Walnut&sort=price", headers=headers)
    with count_statements() as warm:
        client.get("/c/bowls?sort=price&material=Walnut", headers=headers)
    assert response.status_code == 200
    assert (len(cold), len(warm)) == (2, 1)
    assert cold.writes == []
    assert "Set-Cookie" not in response.headers


@pytest.mark.usefixtures("frozen")
def test_uncached_pages_take_two_statements(app: Flask, client: FlaskClient, count_statements: Any) -> None:
    make_product()
    app.config["KEEP_CONTENTS"] = False
    try:
        client.get("/products")
        with count_statements() as live:
            client.get("/products")
    finally:
        app.config["KEEP_CONTENTS"] = True
    assert len(live) == 2


def test_cards_are_cached_by_their_content(app: Flask, client: FlaskClient) -> None:
    bowl = make_product("Bowl", price="40.00", stock=3)
    app.config["KEEP_CONTENTS"] = False
    try:
        first = client.get("/products").text
        with step():
            db.session.execute(sa.update(Inventory).values(quantity=2))
        fewer = client.get("/products").text
        with step():
            services.set_price(product_id=bowl.id, price=Money(4100, "USD"))
        dearer = client.get("/products").text
    finally:
        app.config["KEEP_CONTENTS"] = True
    assert ("Only 3 left" in first, "Only 2 left" in fewer, "$41.00" in dearer) == (True, True, True)
