"""Filling and changing a cart, with htmx and without."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.cart import queries
from kashcraft.cart.rules import Owner
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Status
from kashcraft.core.db import db, in_step
from kashcraft.core.money import Money
from kashcraft.core.passwords import hash_password
from kashcraft.inventory import services as inventory
from tests.conftest import browser
from tests.factories import people, shopping
from tests.factories.catalogue import make_product_with_variants, variants_of
from tests.support.shopper import Shopper, text_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
DRAWER, PAGE = "cart-drawer-body", "cart"


@pytest.fixture
def bowl(app: Flask) -> UUID:
    """A bowl for 43.00, ten of them."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        return shopping.add_product("Walnut bowl", 4300, stock=10)


def token_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("cart")
    assert cookie is not None
    return cookie.value.rpartition(".")[0]


def badge_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("cart")
    assert cookie is not None
    return cookie.value.rpartition(".")[2]


def held(app: Flask, client: FlaskClient) -> dict[UUID, int]:
    """Return the units in the browser's cart by product."""
    with app.app_context():
        items = queries.get_contents(Owner(token=token_of(client))).items
        return {item.product_id: item.quantity for item in items}


def line_of(app: Flask, client: FlaskClient, index: int = 0) -> UUID:
    with app.app_context():
        return queries.get_contents(Owner(token=token_of(client))).items[index].line_id


def announced(response: Any) -> str:
    return str(json.loads(response.headers["HX-Trigger"])["announce"]["message"])


def test_adding_without_javascript_redirects_to_the_cart(app: Flask, client: FlaskClient, bowl: UUID) -> None:
    answer = Shopper(client).add(bowl, 2)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cart?notice=bag_added")
    cookie = client.get_cookie("cart")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.secure, cookie.max_age) == (
        True,
        "Lax",
        False,
        60 * 86400,
    )
    assert badge_of(client) == "2"
    page = text_of(client.get("/cart?notice=bag_added"))
    assert "Added to your bag." in page
    assert "Walnut bowl $86.00 $43.00 each" in page
    assert "Subtotal $86.00 Delivery to United States $12.00" in page
    assert "Total before taxes $98.00" in page
    assert "Add $64.00 more for free standard delivery." in page


def test_adding_with_htmx_returns_the_drawer_the_badge_and_an_announcement(
    client: FlaskClient, bowl: UUID
) -> None:
    answer = Shopper(client, htmx=True).add(bowl, 2)
    assert answer.status_code == 200
    assert answer.text.startswith('<div class="drawer__lines">')
    assert '<span class="badge" id="cart-badge" hx-swap-oob="true">2<' in answer.text
    assert "Subtotal Delivery and taxes at checkout $86.00 Checkout View bag" in text_of(answer)
    assert announced(answer) == "Walnut bowl: added to your bag."
    assert answer.headers["Cache-Control"] == "no-store"
    assert badge_of(client) == "2"


@pytest.mark.usefixtures("frozen")
def test_drawer_and_cart_show_the_same_delivery_estimate(client: FlaskClient, bowl: UUID) -> None:
    arrives = "Ordered now, it arrives between March 6 and March 10 (United States)."
    said = f"{arrives} Add $64.00 more for free standard delivery."
    assert said in text_of(Shopper(client, htmx=True).add(bowl, 2))
    assert said in text_of(client.get("/cart"))


def test_adding_takes_at_most_six_statements(
    app: Flask, client: FlaskClient, bowl: UUID, count_statements: Callable[[], Any]
) -> None:
    shopper = Shopper(client, htmx=True)
    with count_statements() as first:
        shopper.add(bowl)
    with count_statements() as again:
        shopper.add(bowl)
    member = people.signed_in(app)
    with count_statements() as by_member:
        Shopper(member, htmx=True).add(bowl)
    assert (len(first), len(again), len(by_member)) == (5, 3, 6)


def test_the_cart_page_takes_the_same_statements_for_one_line_and_for_six(
    app: Flask, client: FlaskClient, bowl: UUID, count_statements: Callable[[], Any]
) -> None:
    shopper = Shopper(client)
    shopper.add(bowl)
    client.get("/cart")
    with count_statements() as one:
        client.get("/cart")
    for number in range(5):
        with app.app_context():
            more = shopping.add_product(f"Piece {number}")
        shopper.add(more)
    client.get("/cart")
    with count_statements() as six:
        client.get("/cart")
    assert len(one) == len(six) <= 4


def test_an_empty_cart_sets_no_cookie_and_reads_no_cart(
    client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    client.get("/cart")
    with count_statements() as seen:
        answer = client.get("/cart")
    assert "Set-Cookie" not in answer.headers
    assert "Your bag is empty" in answer.text
    assert not [text for text in seen.texts if "carts" in text]


@BOTH
def test_a_product_with_variants_is_refused_beside_the_form(
    app: Flask, client: FlaskClient, htmx: bool, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        family_id = shopping.add_sized_product().id
    with count_statements() as seen:
        answer = Shopper(client, htmx).add(family_id)
    assert answer.status_code == 422
    assert "Please choose the size first." in text_of(answer)
    assert seen.writes == []
    if htmx:
        assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("this", "afterbegin")


@BOTH
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Please choose an option first."),
        ({"product_id": "nonsense"}, "This item does not exist."),
        ({"product_id": str(uuid4()), "quantity": "0"}, "Please enter a number between 1 and 999."),
    ],
)
def test_invalid_input_is_refused_with_a_message(
    client: FlaskClient, htmx: bool, data: dict[str, str], message: str
) -> None:
    answer = Shopper(client, htmx).post("/cart/lines", DRAWER, **data)
    assert answer.status_code == 422
    assert message in text_of(answer)


def test_an_archived_or_sold_out_product_is_refused_with_a_message(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        gone, sold = shopping.add_product("Old box"), shopping.add_product("Rare box", stock=0)
        in_step(lambda: catalogue.archive_product(product_id=gone))
    assert "Old box is no longer made." in text_of(Shopper(client).add(gone))
    assert "Rare box is sold out." in text_of(Shopper(client).add(sold))
    assert client.get_cookie("cart") is None


@BOTH
@pytest.mark.parametrize("status", [Status.DRAFT, Status.ARCHIVED])
def test_a_variant_cannot_be_bought_while_its_product_is_not_active(
    app: Flask, client: FlaskClient, status: Status, htmx: bool
) -> None:
    with app.app_context():
        small = variants_of(make_product_with_variants("Pheran", status=status))[0].id
    answer = Shopper(client, htmx).add(small)
    assert answer.status_code == 422
    assert "is no longer made." in text_of(answer)
    assert client.get_cookie("cart") is None


@BOTH
def test_a_capped_quantity_is_announced(app: Flask, client: FlaskClient, bowl: UUID, htmx: bool) -> None:
    answer = Shopper(client, htmx).add(bowl, 12)
    assert held(app, client) == {bowl: 10}
    if htmx:
        assert announced(answer) == "Walnut bowl: only 10 left, all of them are in your bag."
        assert "Only 10 left, all of them are in your bag." in text_of(answer)
    else:
        page = client.get(answer.headers["Location"])
        assert "Fewer are left than you asked for. Your bag now holds all of them." in text_of(page)


@BOTH
def test_a_quantity_is_changed_on_the_cart_page(
    app: Flask, client: FlaskClient, bowl: UUID, htmx: bool
) -> None:
    shopper = Shopper(client, htmx)
    shopper.add(bowl)
    answer = shopper.post(f"/cart/lines/{line_of(app, client)}", PAGE, quantity=4)
    assert held(app, client) == {bowl: 4}
    assert badge_of(client) == "4"
    if htmx:
        assert answer.text.startswith('<div id="cart">')
        assert "Total before taxes $172.00" in text_of(answer)
    else:
        assert (answer.status_code, answer.headers["Location"]) == (303, "/cart?notice=bag_changed")


@BOTH
def test_a_removed_line_can_be_restored(app: Flask, client: FlaskClient, bowl: UUID, htmx: bool) -> None:
    shopper = Shopper(client, htmx)
    shopper.add(bowl, 3)
    answer = shopper.post(f"/cart/lines/{line_of(app, client)}/remove", PAGE)
    page = answer if htmx else client.get(answer.headers["Location"])
    assert "Walnut bowl removed." in text_of(page)
    assert (held(app, client), badge_of(client)) == ({}, "0")
    shopper.post("/cart/lines/restore", PAGE, product_id=str(bowl), quantity=3)
    assert (held(app, client), badge_of(client)) == ({bowl: 3}, "3")


def product_of(app: Flask, name: str) -> UUID:
    with app.app_context():
        return shopping.add_product(name, 4300, stock=10)


def names_in(page: str) -> list[str]:
    """Return the names in the list of the cart in order, a removed line as "(name)"."""
    lines = re.findall(
        r'<p class="line__name"><a[^>]*>([^<]+)</a>|<p>([^<]+) (?:removed|is saved for later)\.</p>', page
    )
    return [name or f"({gone})" for name, gone in lines]


@BOTH
def test_a_removed_line_is_restored_in_its_place(app: Flask, client: FlaskClient, htmx: bool) -> None:
    shopper = Shopper(client, htmx)
    for name in ("Bowl", "Tray", "Vase"):
        shopper.add(product_of(app, name))
    middle = line_of(app, client, 1)

    answer = shopper.post(f"/cart/lines/{middle}/remove", PAGE)
    page = answer if htmx else client.get(answer.headers["Location"])
    assert names_in(page.text) == ["Bowl", "(Tray)", "Vase"]

    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    for _ in range(2):
        shopper.post("/cart/lines/restore", PAGE, **fields)
        assert names_in(client.get("/cart").text) == ["Bowl", "Tray", "Vase"]
    assert line_of(app, client, 1) == middle
    assert badge_of(client) == "3"


def test_a_removed_saved_line_is_restored_as_saved(app: Flask, client: FlaskClient) -> None:
    shopper = Shopper(client, htmx=True)
    for name in ("Bowl", "Tray"):
        shopper.add(product_of(app, name))
    tray = line_of(app, client, 1)
    set_aside = shopper.post(f"/cart/lines/{tray}/save", PAGE)
    assert names_in(set_aside.text) == ["Bowl", "(Tray)", "Tray"]
    removed = shopper.post(f"/cart/lines/{tray}/remove", PAGE)
    assert names_in(removed.text) == ["Bowl", "(Tray)"]

    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', removed.text))
    back = shopper.post("/cart/lines/restore", PAGE, **fields)

    assert names_in(back.text) == ["Bowl", "Tray"]
    assert badge_of(client) == "1"
    assert announced(back) == "Tray: saved for later."


def test_a_restored_line_cannot_take_the_id_of_another_cart(
    app: Flask, client: FlaskClient, bowl: UUID
) -> None:
    theirs = browser(app)
    Shopper(theirs).add(bowl, 2)
    line = line_of(app, theirs)
    Shopper(client).post("/cart/lines/restore", product_id=str(bowl), quantity=1, line_id=str(line))
    assert held(app, client) == {bowl: 1}
    assert held(app, theirs) == {bowl: 2}


@BOTH
def test_a_line_can_be_saved_for_later(app: Flask, client: FlaskClient, bowl: UUID, htmx: bool) -> None:
    shopper = Shopper(client, htmx)
    shopper.add(bowl, 2)
    line = line_of(app, client)
    shopper.post(f"/cart/lines/{line}/save", PAGE)
    page = text_of(client.get("/cart"))
    assert "Your bag is empty" in page
    assert "Saved for later Walnut bowl $43.00 Move to bag Remove" in page
    assert badge_of(client) == "0"
    shopper.post(f"/cart/lines/{line}/unsave", PAGE)
    assert (held(app, client), badge_of(client)) == ({bowl: 2}, "2")


@BOTH
def test_the_line_of_another_visitor_is_not_found(
    app: Flask, client: FlaskClient, bowl: UUID, htmx: bool
) -> None:
    Shopper(client).add(bowl, 2)
    line = line_of(app, client)
    stranger = Shopper(browser(app), htmx)
    stranger.add(bowl)
    for path in ("", "/remove", "/save", "/unsave"):
        assert stranger.post(f"/cart/lines/{line}{path}", PAGE, quantity=9).status_code == 404
    assert held(app, client) == {bowl: 2}


def test_a_changed_price_is_shown_until_it_is_acknowledged(
    app: Flask, client: FlaskClient, bowl: UUID
) -> None:
    Shopper(client).add(bowl)
    with app.app_context():
        in_step(lambda: catalogue.set_price(product_id=bowl, price=Money(3900, "USD")))
    page = text_of(client.get("/cart"))
    assert "Some prices have changed since you last looked" in page
    assert "The price has fallen from $43.00 to $39.00." in page
    answer = client.post("/cart/prices")
    assert answer.headers["Location"] == "/cart?notice=bag_prices"
    assert "has fallen" not in client.get("/cart").text


def test_a_line_that_sold_out_blocks_the_order(app: Flask, client: FlaskClient, bowl: UUID) -> None:
    Shopper(client).add(bowl, 4)
    with app.app_context():
        in_step(lambda: inventory.adjust(product_id=bowl, change=-8, key="count"))
    page = client.get("/cart")
    assert "Only 2 left; your bag asks for 4." in text_of(page)
    assert 'href="/checkout"' not in page.text
    client.post(f"/cart/lines/{line_of(app, client)}", data={"quantity": 2})
    assert 'href="/checkout"' in client.get("/cart").text


def test_signing_in_merges_both_carts_and_shows_a_notice(app: Flask, client: FlaskClient, bowl: UUID) -> None:
    with app.app_context():
        box = shopping.add_product("Box", stock=5)
        user_id = shopping.customer(password_hash=hash_password("a long enough password"))
        db.session.remove()
    member = people.signed_in(app, user_id=user_id)
    Shopper(member).add(box, 2)
    Shopper(client).add(bowl)
    answer = client.post(
        "/account/sign-in", data={"email": "ada@example.com", "password": "a long enough password"}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("notice=bag_merged")
    assert (token_of(client), badge_of(client)) == ("member", "3")
    page = text_of(client.get("/cart?notice=bag_merged"))
    assert "They are all in one bag now." in page
    assert "Walnut bowl" in page
    assert "Box" in page


def test_a_return_address_of_another_site_is_ignored(app: Flask, client: FlaskClient, bowl: UUID) -> None:
    Shopper(client).add(bowl)
    answer = client.post(
        f"/cart/lines/{line_of(app, client)}", data={"quantity": 2, "next": "//evil.example/"}
    )
    assert answer.headers["Location"] == "/cart?notice=bag_changed"
