"""The layout of cached pages: one for all visitors, with the badge of each visitor's own cart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core.db import step
from kashcraft.shipping import services as shipping
from tests.conftest import browser
from tests.factories.catalogue import make_product
from tests.factories.people import signed_in

EMPTY, TWO = '<span class="badge" id="cart-badge" hidden>0<', '<span class="badge" id="cart-badge">2<'


def test_each_visitor_sees_the_badge_of_their_own_cart(app: Flask) -> None:
    with app.app_context():
        bowl = make_product(slug="bowl", stock=9).id
    buyer, other = browser(app), browser(app)
    buyer.post("/cart/lines", data={"product_id": str(bowl), "quantity": "2"})

    for page in ("/p/bowl", "/products", "/"):
        assert TWO in buyer.get(page).text
        assert EMPTY in other.get(page).text
        assert TWO in buyer.get(page).text
        assert buyer.get(page).text.count('id="cart-badge"') == 1


def test_the_account_link_follows_the_session(app: Flask) -> None:
    member, guest = signed_in(app), browser(app)

    for _ in range(2):
        assert 'href="/account/sign-in"' in guest.get("/products").text
        assert 'href="/account/sign-in"' not in member.get("/products").text
        assert 'href="/account/"' in member.get("/products").text


def test_the_country_of_delivery_follows_the_visitor(app: Flask) -> None:
    with app.app_context(), step():
        shipping.save_zone(name="Everywhere", currency="USD", countries=[("US", ""), ("DE", "")])
    german, other = browser(app), browser(app)
    german.post("/deliver-to", data={"country": "DE"})

    for _ in range(2):
        assert "Deliver to: Germany" in german.get("/products").text
        assert "Deliver to: United States" in other.get("/products").text


def test_a_notice_is_shown_once_and_never_cached(app: Flask, client: FlaskClient) -> None:
    noticed = client.get("/products?notice=signed_out").text

    assert "You are signed out." in noticed
    assert "You are signed out." not in client.get("/products").text


@pytest.mark.usefixtures("frozen")
def test_a_signed_in_customer_costs_one_statement_more_than_a_guest(
    app: Flask, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        make_product(slug="bowl", stock=9)
    guest, member = browser(app), signed_in(app)
    for visitor in (guest, member):
        visitor.get("/p/bowl")

    with count_statements() as of_guest:
        guest.get("/p/bowl")
    with count_statements() as of_member:
        member.get("/p/bowl")

    assert len(of_member.texts) == len(of_guest.texts) + 1
