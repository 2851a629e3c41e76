"""The product page: variants without JavaScript, live stock, related products, and reviews."""

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
from kashcraft.product_cards.queries.cards import CARD_CONTENTS
from tests.factories.catalogue import (
    add_picture,
    make_category,
    make_product,
    make_product_with_variants,
    make_review,
    variants_of,
)
from tests.factories.shopping import add_taxes_and_delivery

pytestmark = pytest.mark.usefixtures("database")
HTMX = {"HX-Request": "true"}


def structured(page: str) -> dict[str, Any]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return {block["@type"]: block for block in map(json.loads, blocks)}


def test_the_page_shows_everything_about_a_product(client: FlaskClient) -> None:
    textiles = make_category("Textiles")
    product = make_product(
        "Kani shawl",
        price="1180.00",
        sale_price="990.00",
        stock=2,
        categories=[make_category("Shawls", parent=textiles)],
        materials=("Pashmina", "Silk"),
        summary="Eleven months on the loom.",
        description="Woven in *Kanihama*.",
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
        f'name="product_id" value="{product.id}"', 'href="/c/shawls"', 'href="/c/textiles"',
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


def test_no_size_is_selected_automatically(client: FlaskClient) -> None:
    cap = make_product_with_variants("Cap", prices=("30.00", "35.00", "40.00"), stocks=(0, 2, 9))
    small, medium, large = variants_of(cap)
    page = client.get("/p/cap").text
    assert not re.search(r'name="product_id" value="[^"]+" checked', page)
    assert '<span class="price__from">From </span><span class="price__now">$30.00</span>' in page
    assert page.count('<span class="button__text">Choose a size</span>') == 2
    assert "Add to bag" not in page
    assert 'S<span class="visually-hidden">, sold out</span>' in page
    assert re.search(r'<noscript>.*formmethod="get".*formaction="/p/cap".*</noscript>', page, re.DOTALL)
    shown = client.get(f"/p/cap?product_id={large.id}&quantity=1").text
    assert "From </span>" not in shown
    assert '<span class="price__now">$40.00</span>' in shown
    assert f'name="product_id" value="{large.id}" checked' in shown
    assert "Add to bag" in shown
    assert f'name="product_id" value="{medium.id}" checked' in client.get(f"/p/cap?choice={medium.id}").text
    assert "Add to bag</span>" not in client.get(f"/p/cap?choice={small.id}").text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_missing_size_is_reported_beside_the_sizes(client: FlaskClient, headers: dict[str, str]) -> None:
    cap = make_product_with_variants("Cap")
    refused = client.post("/p/cap/bag", data={"quantity": "1"}, headers=headers)
    assert refused.status_code == 422
    assert re.search('id="option-error" tabindex="-1" autofocus>Choose a size</p>', refused.text)
    assert 'aria-describedby="option-error"' in refused.text
    assert ("<html" in refused.text) is (headers == {})
    if headers:
        swap = (refused.headers["HX-Retarget"], refused.headers["HX-Reswap"])
        assert swap == ("#buy-form", "outerHTML")
    assert "Your bag is empty" in client.get("/cart").text

    large = variants_of(cap)[2].id
    bought = client.post("/p/cap/bag", data={"product_id": str(large), "quantity": "2"}, headers=headers)
    assert bought.status_code == (200 if headers else 303)
    assert "Size: L" in client.get("/cart").text


def test_the_page_with_a_missing_size_can_be_reloaded(client: FlaskClient) -> None:
    make_product_with_variants("Cap")
    assert client.get("/p/cap/bag").headers["Location"].endswith("/p/cap")
    assert client.post("/p/missing/bag").status_code == 404


def test_an_option_with_one_value_needs_no_selection(client: FlaskClient) -> None:
    make_product_with_variants("Cap", options={"Pattern": ("Ivory and madder",)})
    page = client.get("/p/cap").text
    assert '<p class="pills__legend">Pattern <span class="pills__chosen">Ivory and madder</span></p>' in page
    assert "Add to bag" in page
    assert 'action="/cart/lines"' in page


def test_htmx_replaces_the_panel_of_a_variant(client: FlaskClient) -> None:
    cap = make_product_with_variants("Cap", prices=("30.00", "35.00", "40.00"))
    large = variants_of(cap)[2]
    panel = client.get(f"/p/cap?choice={large.id}", headers=HTMX)
    assert panel.text.lstrip().startswith(
        '<div class="product__panel" id="buy" data-said="L: $40.00. In stock">'
    )
    assert "$40.00</span>" in panel.text
    assert "<html" not in panel.text
    # Sizes have no pictures of their own, so the pictures stay.
    assert "gallery" not in panel.text
    assert panel.headers["Cache-Control"] == "no-store"


def test_several_options_are_links_to_available_variants(client: FlaskClient) -> None:
    coat = make_product_with_variants(
        "Coat",
        options={"Colour": ("Ink", "Moss"), "Size": ("S", "M", "L")},
        prices=("120.00",),
        stocks=(3, 0, 2, 0, 0, 4),
    )
    ink_s, ink_m, ink_l, _, _, moss_l = variants_of(coat)
    page = client.get("/p/coat").text
    assert 'Colour <span class="pills__chosen">Ink</span>' in page
    assert "Choose a size" in page
    assert 'name="product_id"' not in page
    assert '<input type="hidden" name="option1" value="Ink">' in page

    chosen = client.get(f"/p/coat?choice={ink_s.id}").text
    assert f'<input type="hidden" name="product_id" value="{ink_s.id}">' in chosen
    links = re.findall(r'<a class="pill"[^>]* href="/p/coat\?([^"]+)"', chosen)
    sizes = [f"choice={one.id}" for one in (ink_s, ink_m, ink_l)]
    assert links == [sizes[0], "option1=Moss", *sizes]
    assert 'Moss<span class="visually-hidden">, not with S</span>' in chosen
    assert chosen.count("data-note") == 1
    assert 'M<span class="visually-hidden">, sold out</span>' in chosen

    moss = client.get("/p/coat?option1=Moss").text
    assert 'Colour <span class="pills__chosen">Moss</span>' in moss
    assert f'href="/p/coat?choice={moss_l.id}"' in moss
    refused = client.post("/p/coat/bag", data={"option1": "Moss", "quantity": "1"})
    assert refused.status_code == 422
    assert 'Colour <span class="pills__chosen">Moss</span>' in refused.text


@pytest.mark.parametrize("choice", ["nonsense", "00000000-0000-7000-8000-000000000000", ""])
def test_an_unknown_variant_is_ignored(client: FlaskClient, choice: str) -> None:
    make_product_with_variants("Cap", prices=("30.00", "35.00", "40.00"))
    page = client.get(f"/p/cap?choice={choice}").text
    assert "$30.00" in page
    assert "Choose a size" in page


def test_a_sold_out_product_shows_no_delivery_date(client: FlaskClient) -> None:
    add_taxes_and_delivery()
    make_product("Bookends", stock=0)
    assert "it arrives between" not in client.get("/p/bookends").text
    cap = make_product_with_variants("Cap", stocks=(0, 2, 9))
    small, medium, _ = variants_of(cap)
    assert "it arrives between" in client.get("/p/cap").text
    assert "it arrives between" not in client.get(f"/p/cap?choice={small.id}").text
    assert "it arrives between" in client.get(f"/p/cap?choice={medium.id}").text


def test_a_unique_product_is_not_called_the_last(client: FlaskClient) -> None:
    make_product("Silk carpet", stock=1, sold={"one_of_a_kind": True})
    page = client.get("/p/silk-carpet").text
    assert ">One of a kind</p>" in page
    assert "Only 1 left" not in page
    assert 'data-only="One of a kind"' in page
    assert "One of a kind" in client.get("/products").text


def test_a_gift_card_has_no_delivery(client: FlaskClient) -> None:
    make_product(
        "Gift card",
        sold={"is_gift_card": True},
        description="Chosen by whom it is for.",
        care="Keep it dry.",
        materials=("Paper",),
    )
    page = client.get("/p/gift-card").text
    assert "It arrives by e-mail" in page
    assert "#gift" in page
    for parcel in ("#truck", "Materials and dimensions", "Keep it dry", "The piece", "it arrives between"):
        assert parcel not in page


def test_a_product_without_pictures_has_no_gallery_and_an_ornament_in_lists(client: FlaskClient) -> None:
    make_product("Ocean blue shirt")
    page = client.get("/p/ocean-blue-shirt").text
    assert '<article class="product product--plain">' in page
    assert "gallery" not in page
    assert '<span class="placeholder card__picture">' in client.get("/products").text


def shown_pictures(page: str) -> list[str]:
    return re.findall(r"Enlarge picture \d: ([^\"]+)", page)


def test_the_pictures_follow_the_variant(client: FlaskClient) -> None:
    wrap = make_product_with_variants(
        "Wrap", options={"Colour": ("Ivory", "Rose"), "Size": ("S", "L")}, stocks=(1, 2, 3, 4)
    )
    ivory_s, ivory_l, rose_s, rose_l = (one.id for one in variants_of(wrap))
    with step():
        for name, shows in (
            ("Ivory", (ivory_s, ivory_l)), ("Label", ()), ("Rose", (rose_s, rose_l)),
            ("Rose, large", (rose_l,)),
        ):  # fmt: skip
            add_picture(wrap, alt=name, stem=f"{name.lower()}-0123456789ab", variant_ids=shows)
    expected = {
        "": ["Ivory", "Label", "Rose", "Rose, large"],
        "?option1=Rose": ["Rose", "Rose, large", "Label", "Ivory"],
        f"?choice={rose_s}": ["Rose", "Label", "Ivory", "Rose, large"],
        f"?choice={rose_l}": ["Rose", "Rose, large", "Label", "Ivory"],
    }
    for query, pictures in expected.items():
        assert shown_pictures(client.get(f"/p/wrap{query}").text) == pictures
        fragment = client.get(f"/p/wrap{query}", headers=HTMX).text
        assert '<div class="product__gallery" id="gallery" hx-swap-oob="true">' in fragment
        assert shown_pictures(fragment) == pictures
    offers = structured(client.get("/p/wrap").text)["Product"]["offers"]["offers"]
    assert [len(one["image"]) for one in offers] == [1, 1, 1, 2]
    assert offers[0]["image"] == ["http://localhost/media/ivory-0123456789ab-1280.webp"]


def test_a_picture_of_a_variant_is_also_on_the_page(client: FlaskClient) -> None:
    cap = make_product_with_variants("Cap")
    large = variants_of(cap)[2]
    with step():
        add_picture(cap, alt="All caps", stem="caps-0123456789ab")
        add_picture(large, alt="The large cap", stem="large-0123456789ab")
    assert shown_pictures(client.get("/p/cap").text) == ["All caps", "The large cap"]
    assert shown_pictures(client.get(f"/p/cap?choice={large.id}").text) == ["The large cap", "All caps"]


def test_stock_is_live(client: FlaskClient) -> None:
    make_product("Bowl", stock=3)
    assert "Only 3 left" in client.get("/p/bowl").text
    with step():
        db.session.execute(sa.update(Inventory).values(quantity=1))
    assert "Only 1 left" in client.get("/p/bowl").text


def test_a_sale_ends_on_time(client: FlaskClient, frozen: FrozenClock) -> None:
    end = frozen.moment + timedelta(seconds=10)
    make_product("Bowl", price="40.00", sale_price="30.00", sold={"sale_ends_at": end})
    assert "$30.00" in client.get("/p/bowl").text
    frozen.advance(seconds=10)
    assert "$30.00" not in client.get("/p/bowl").text


def test_related_and_similar_products(client: FlaskClient) -> None:
    category = make_category("Bowls")
    bowl, tray, vase = (make_product(name, categories=[category]) for name in ("Bowl", "Tray", "Vase"))
    with step():
        services.relate(product_id=bowl.id, related_ids=[vase.id])
    page = client.get("/p/bowl").text
    well, similar = page.index("Goes well with"), page.index("Similar pieces")
    assert well < page.index('href="/p/vase"') < similar < page.index('href="/p/tray"')
    assert tray.slug == "tray"


def test_reviews_have_their_distribution(client: FlaskClient) -> None:
    bowl = make_product("Bowl")
    for rating, body in ((5, "Splendid.\n\nTruly."), (4, "Good <b>bowl</b>."), (4, "Good.")):
        make_review(bowl, rating, body=body)
    make_review(bowl, 1, body="Waiting for a look.", published=False)
    page = client.get("/p/bowl").text
    assert "<strong>4.3</strong>" in page
    assert '<p dir="auto">Splendid.</p><p dir="auto">Truly.</p>' in page
    assert "Good &lt;b&gt;bowl&lt;/b&gt;." in page
    assert "Waiting for a look." not in page
    assert structured(page)["Product"]["aggregateRating"] == {
        "@type": "AggregateRating", "ratingValue": "4.3", "reviewCount": 3,
    }  # fmt: skip
    assert 'id="reviews"' not in client.get(f"/p/{make_product('Tray').slug}").text


def test_removed_products_are_not_found_and_moved_ones_redirect(client: FlaskClient) -> None:
    bowl = make_product("Bowl")
    with step():
        services.rename_product(product_id=bowl.id, slug="walnut-bowl")
    moved = client.get("/p/bowl")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/p/walnut-bowl")
    with step():
        services.archive_product(product_id=bowl.id)
    assert client.get("/p/walnut-bowl").status_code == 404
    assert client.get("/p/missing").status_code == 404


def test_a_name_cannot_inject_html(client: FlaskClient) -> None:
    make_product("</script><b>Bowl</b>", slug="bowl")
    page = client.get("/p/bowl").text
    assert "</script><b>" not in page
    assert structured(page)["Product"]["name"] == "</script><b>Bowl</b>"


@pytest.mark.parametrize("others", [5, 50])
@pytest.mark.usefixtures("frozen")
def test_a_page_takes_five_statements_and_one_from_the_cache(
    client: FlaskClient, count_statements: Callable[[], Any], others: int
) -> None:
    category = make_category("Caps")
    cap = make_product_with_variants("Cap", categories=[category], materials=("Wool",))
    products = [make_product(categories=[category], materials=("Wool",), picture=True) for _ in range(others)]
    with step():
        services.relate(product_id=cap.id, related_ids=[one.id for one in products[:5]])
    for _ in range(others // 5):
        make_review(cap, 5)
    client.get("/products")
    client.get(f"/p/{products[0].slug}")
    CARD_CONTENTS.clear()
    with count_statements() as cold:
        response = client.get("/p/cap")
    with count_statements() as warm:
        client.get("/p/cap")
    with count_statements() as panel:
        client.get("/p/cap", headers=HTMX)
    assert (len(cold), len(warm), len(panel)) == (5, 1, 2)
    assert cold.writes == []
    assert "Set-Cookie" not in response.headers
