"""The page of a piece: choices without JavaScript, live stock, what goes with it, what people say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from kashcraft.catalogue import services
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.inventory.models import Inventory
from tests.factories.catalogue import (
    add_picture,
    choices_of,
    make_category,
    make_family,
    make_product,
    make_review,
)

pytestmark = pytest.mark.usefixtures("database")
HTMX = {"HX-Request": "true"}


def structured(page: str) -> dict[str, Any]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return {block["@type"]: block for block in map(json.loads, blocks)}


def test_everything_about_a_piece(client: FlaskClient) -> None:
    textiles = make_category("Textiles")
    piece = make_product(
        "Kani shawl",
        price="1180.00",
        sale_price="990.00",
        stock=2,
        categories=[make_category("Shawls", parent=textiles)],
        materials=("Pashmina", "Silk"),
        summary="Eleven months on the loom.",
        story="Woven in *Kanihama*.",
        care="Air it.",
        origin="Kanihama",
        dimensions="100 × 200 cm",
        sold={"weight_grams": 260},
        picture=True,
    )
    page = client.get("/p/kani-shawl").text
    for text in (
        "<h1>Kani shawl</h1>", "$990.00", "$1,180.00", "Only 2 left", "Eleven months on the loom.",
        "<em>Kanihama</em>", "<p>Air it.</p>", "Pashmina, Silk", "100 × 200 cm", "260 g", "Made in Kanihama",
        f'name="product_id" value="{piece.id}"', 'href="/c/shawls"', 'href="/c/textiles"',
    ):  # fmt: skip
        assert text in page
    data = structured(page)
    assert data["Product"]["offers"]["price"] == "990.00"
    assert data["Product"]["image"] == ["http://localhost/media/shawl-0123456789ab-1280.webp"]
    assert [one["name"] for one in data["BreadcrumbList"]["itemListElement"]] == [
        "Home", "Textiles", "Shawls", "Kani shawl",
    ]  # fmt: skip
    assert '<link rel="canonical" href="http://localhost/p/kani-shawl">' in page
    assert '<meta property="og:image" content="http://localhost/media/shawl-0123456789ab-1280.webp">' in page


def test_a_size_is_chosen_and_bought_without_javascript(client: FlaskClient) -> None:
    cap = make_family("Cap", prices=("30.00", "35.00", "40.00"), stocks=(0, 2, 9))
    small, medium, large = choices_of(cap)
    page = client.get("/p/cap").text
    assert "$35.00" in page
    assert f'name="product_id" value="{medium.id}" checked' in page
    assert 'S<span class="visually-hidden">, sold out</span>' in page
    assert re.search(r'<noscript>.*formmethod="get".*formaction="/p/cap".*</noscript>', page, re.DOTALL)
    shown = client.get(f"/p/cap?product_id={large.id}&quantity=1").text
    assert "$40.00" in shown
    assert f'name="product_id" value="{large.id}" checked' in shown
    assert "Add to bag" in shown
    assert "Add to bag</span>" not in client.get(f"/p/cap?choice={small.id}").text


def test_htmx_swaps_the_panel_of_a_choice(client: FlaskClient) -> None:
    cap = make_family("Cap", prices=("30.00", "35.00", "40.00"))
    large = choices_of(cap)[2]
    panel = client.get(f"/p/cap?choice={large.id}", headers=HTMX)
    assert panel.text.lstrip().startswith('<div class="product__panel" id="buy">')
    assert "$40.00" in panel.text
    assert "<html" not in panel.text
    assert panel.headers["Cache-Control"] == "no-store"


def test_several_options_are_links_that_lead_to_one_choice_each(client: FlaskClient) -> None:
    rug = make_family(
        "Rug",
        options={"Size": ("S", "L"), "Colour": ("Red", "Blue")},
        prices=("10.00", "11.00", "20.00", "21.00"),
        stocks=(5, 5, 5, 0),
    )
    red, blue, large_red, large_blue = choices_of(rug)
    page = client.get(f"/p/rug?choice={large_red.id}").text
    assert f'<input type="hidden" name="product_id" value="{large_red.id}">' in page
    links = re.findall(r'<a class="pill"[^>]* href="/p/rug\?choice=([0-9a-f-]+)"', page)
    assert links == [str(one.id) for one in (red, large_red, large_red, large_blue)]
    assert 'Blue<span class="visually-hidden">, sold out</span>' in page
    assert "$11.00" in client.get(f"/p/rug?choice={blue.id}").text


@pytest.mark.parametrize("choice", ["nonsense", "00000000-0000-7000-8000-000000000000", ""])
def test_an_unknown_choice_shows_the_first_in_stock(client: FlaskClient, choice: str) -> None:
    make_family("Cap", prices=("30.00", "35.00", "40.00"))
    assert "$30.00" in client.get(f"/p/cap?choice={choice}").text


def test_the_picture_of_a_choice_comes_first(client: FlaskClient) -> None:
    cap = make_family("Cap")
    large = choices_of(cap)[2]
    with step():
        add_picture(cap, alt="All caps", stem="caps-0123456789ab")
        add_picture(large, alt="The large cap", stem="large-0123456789ab")
    assert client.get(f"/p/cap?choice={large.id}").text.index("The large cap") > 0
    page = client.get(f"/p/cap?choice={large.id}").text
    assert page.index("Enlarge picture 1: The large cap") < page.index("Enlarge picture 2: All caps")
    assert "The large cap" not in client.get("/p/cap").text


def test_stock_is_live(client: FlaskClient) -> None:
    make_product("Bowl", stock=3)
    assert "Only 3 left" in client.get("/p/bowl").text
    with step():
        db.session.execute(sa.update(Inventory).values(quantity=1))
    assert "Only 1 left" in client.get("/p/bowl").text


def test_a_sale_ends_on_the_second(client: FlaskClient, frozen: FrozenClock) -> None:
    end = frozen.moment + timedelta(seconds=10)
    make_product("Bowl", price="40.00", sale_price="30.00", sold={"sale_ends_at": end})
    assert "$30.00" in client.get("/p/bowl").text
    frozen.advance(seconds=10)
    assert "$30.00" not in client.get("/p/bowl").text


def test_neighbours_by_hand_and_by_likeness(client: FlaskClient) -> None:
    shelf = make_category("Bowls")
    bowl, tray, vase = (make_product(name, categories=[shelf]) for name in ("Bowl", "Tray", "Vase"))
    with step():
        services.relate(product_id=bowl.id, related_ids=[vase.id])
    page = client.get("/p/bowl").text
    well, similar = page.index("Goes well with"), page.index("Similar pieces")
    assert well < page.index('href="/p/vase"') < similar < page.index('href="/p/tray"')
    assert tray.slug == "tray"


def test_reviews_with_their_spread(client: FlaskClient) -> None:
    bowl = make_product("Bowl")
    for rating, body in ((5, "Splendid.\n\nTruly."), (4, "Good <b>bowl</b>."), (4, "Good.")):
        make_review(bowl, rating, body=body)
    make_review(bowl, 1, body="Waiting for a look.", published=False)
    page = client.get("/p/bowl").text
    assert "<strong>4.3</strong>" in page
    assert "<p>Splendid.</p><p>Truly.</p>" in page
    assert "Good &lt;b&gt;bowl&lt;/b&gt;." in page
    assert "Waiting for a look." not in page
    assert structured(page)["Product"]["aggregateRating"] == {
        "@type": "AggregateRating", "ratingValue": "4.3", "reviewCount": 3,
    }  # fmt: skip
    assert 'id="reviews"' not in client.get(f"/p/{make_product('Tray').slug}").text


def test_what_is_gone_is_not_found_and_what_has_moved_is(client: FlaskClient) -> None:
    bowl = make_product("Bowl")
    with step():
        services.rename_product(product_id=bowl.id, slug="walnut-bowl")
    moved = client.get("/p/bowl")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/p/walnut-bowl")
    with step():
        services.archive_product(product_id=bowl.id)
    assert client.get("/p/walnut-bowl").status_code == 404
    assert client.get("/p/missing").status_code == 404


def test_a_name_cannot_break_out_of_the_page(client: FlaskClient) -> None:
    make_product("</script><b>Bowl</b>", slug="bowl")
    page = client.get("/p/bowl").text
    assert "</script><b>" not in page
    assert structured(page)["Product"]["name"] == "</script><b>Bowl</b>"


@pytest.mark.parametrize("others", [5, 50])
def test_a_page_is_four_statements_at_most_and_one_when_it_is_kept(
    client: FlaskClient, count_statements: Callable[[], Any], others: int
) -> None:
    shelf = make_category("Caps")
    cap = make_family("Cap", categories=[shelf], materials=("Wool",))
    pieces = [make_product(categories=[shelf], materials=("Wool",), picture=True) for _ in range(others)]
    with step():
        services.relate(product_id=cap.id, related_ids=[one.id for one in pieces[:5]])
    for _ in range(others // 5):
        make_review(cap, 5)
    client.get("/products")
    client.get(f"/p/{pieces[0].slug}")
    with count_statements() as cold:
        response = client.get("/p/cap")
    with count_statements() as warm:
        client.get("/p/cap")
    with count_statements() as panel:
        client.get("/p/cap", headers=HTMX)
    assert (len(cold), len(warm), len(panel)) == (4, 1, 2)
    assert cold.writes == []
    assert "Set-Cookie" not in response.headers
