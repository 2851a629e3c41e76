"""What the steps of the checkout read, and which fields they accept after the cart has changed."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.checkout.models import Checkout
from kashcraft.core.db import db
from tests.conftest import browser
from tests.factories import shopping
from tests.support.shopper import Shopper, text_of

# The title of a page and the path of its canonical address.
HEAD = re.compile(r'<title>(.*?)</title>.*?rel="canonical" href="http://[^/]+(/[^"]*)"', re.DOTALL)
BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])


def checkouts(app: Flask) -> list[Checkout]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Checkout).order_by(Checkout.id)))


def test_the_checkout_pages_have_a_fixed_number_of_statements(
    shopper: Shopper, count_statements: Callable[[], Any]
) -> None:
    counts: dict[str, int] = {}

    def counted(name: str, call: Callable[[], Any]) -> Any:
        with count_statements() as seen:
            answer = call()
        counts[name] = len(seen)
        return answer

    counted("open", shopper.checkout)
    counted("contact", shopper.enter_contact)
    counted("delivery page", shopper.checkout)
    counted("delivery", shopper.choose_delivery)
    counted("payment page", shopper.checkout)
    counted("place", lambda: shopper.place("10511"))
    assert counts.pop("place") <= 16
    # Two statements of the first page read categories and links, once for each version of the catalogue.
    assert counts == {
        "open": 5, "contact": 3, "delivery page": 4, "delivery": 2, "payment page": 2,
    }  # fmt: skip


def test_a_visitor_with_javascript_sees_the_next_step_without_a_redirect(
    shopper: Shopper, count_statements: Callable[[], Any]
) -> None:
    shopper.enter_contact()
    shopper.checkout()  # caches zones and rates
    shopper.htmx = True
    with count_statements() as seen:
        answer = shopper.choose_delivery()
    assert (answer.status_code, len(seen)) == (200, 4)
    assert 'name="seen"' in answer.text


@BOTH
def test_an_address_for_gift_cards_is_refused_for_a_cart_with_goods(
    app: Flask, shopper: Shopper, htmx: bool
) -> None:
    shopper.htmx = htmx
    invoice = {"email": "ada@example.com", "shipping-full_name": "Ada", "shipping-country": "US"}
    answer = shopper.post("/checkout/contact", **invoice)
    assert answer.status_code == 422
    assert "Street address: Please enter a street address." in text_of(answer)
    assert 'value="ada@example.com"' in answer.text
    assert checkouts(app) == []


def test_an_address_from_before_the_cart_had_only_gift_cards_is_accepted(
    app: Flask, client: FlaskClient, bowl: UUID
) -> None:
    with app.app_context():
        card = shopping.add_product("Gift card", 2500, gift_card=True)
    one = Shopper(client)
    one.add(card)
    answer = one.enter_contact(**{"shipping-postal_code": "x"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/checkout#payment")
    (stored,) = checkouts(app)
    assert stored.shipping_address is not None
    assert {name: text for name, text in stored.shipping_address.items() if text} == {
        "full_name": "Ada Lovelace", "country": "US",
    }  # fmt: skip


def test_the_layout_of_the_checkout_shows_nothing_of_another_visitor(
    app: Flask, shopper: Shopper, bowl: UUID
) -> None:
    other = Shopper(browser(app))
    other.add(bowl)
    other.enter_contact(email="grace@example.com")
    shopper.enter_contact(email="ada@example.com")
    noticed = shopper.client.get("/checkout?notice=checkout_elsewhere").text
    pages = [other.checkout().text, shopper.checkout().text]
    assert "This was changed in another window." in noticed
    assert [("grace@" in page, "ada@" in page, "another window" in page) for page in pages] == [
        (True, False, False), (False, True, False),
    ]  # fmt: skip
    assert [page.count("<html") for page in pages] == [1, 1]
    assert shopper.checkout().text == pages[1]


def test_the_layout_of_a_refused_step_is_not_that_of_the_page(shopper: Shopper) -> None:
    shopper.enter_contact()

    def heads() -> list[tuple[str, str]]:
        pages = [shopper.post("/checkout/delivery", delivery="pigeon"), shopper.checkout()]
        return [HEAD.findall(page.text)[0] for page in pages]

    expected = [("Error: Checkout · Kashcraft", "/checkout/delivery"), ("Checkout · Kashcraft", "/checkout")]
    assert [heads(), heads()] == [expected, expected]
