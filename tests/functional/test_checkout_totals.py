"""The totals at checkout and the labels of its buttons."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core import clock
from tests.factories import shopping
from tests.support.shopper import DECLINES, Shopper, target_of, text_of


@pytest.fixture
def shopper(app: Flask, client: FlaskClient, frozen: clock.FrozenClock) -> Shopper:
    """A guest with two bowls in the cart, 86.00; standard delivery 12.00, express 30.00, tax 7.25 %."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        bowl = shopping.add_product("Walnut bowl")
    shopper = Shopper(client)
    shopper.add(bowl, 2)
    return shopper


def part(page: str, tag: str, name: str) -> str:
    """Return the text of the section or summary ``name`` of a page."""
    found = re.search(rf'<{tag}[^>]* id="{name}".*?</{tag}>', page, re.DOTALL)
    assert found
    return text_of(found[0])


def test_the_second_step_counts_the_preselected_method(shopper: Shopper) -> None:
    shopper.enter_contact()
    page = shopper.checkout().text
    assert re.search(r'value="standard"\s+checked', page)
    summary = part(page, "details", "order-summary")
    assert summary.startswith("Order summary $105.11")
    assert summary.endswith("Subtotal $86.00 Delivery Standard $12.00 Tax $7.11 Total $105.11")


def test_the_summary_previews_a_method_and_stores_nothing(shopper: Shopper) -> None:
    shopper.enter_contact()
    looked = shopper.client.get("/checkout/summary?delivery=express", headers={"HX-Request": "true"})
    assert looked.text.lstrip().startswith('<details class="summary" id="order-summary"')
    assert "Delivery Express $30.00 Tax $8.42 Total $124.42" in text_of(looked)
    assert "Delivery Standard $12.00" in part(shopper.checkout().text, "details", "order-summary")
    assert 'hx-get="/checkout/summary"' in shopper.checkout().text


@pytest.mark.parametrize("code", ["", "by-balloon"])
def test_an_unavailable_method_does_not_change_the_summary(shopper: Shopper, code: str) -> None:
    shopper.enter_contact()
    looked = shopper.client.get(f"/checkout/summary?delivery={code}", headers={"HX-Request": "true"})
    assert "Total $105.11" in text_of(looked)


def test_without_htmx_the_summary_is_part_of_the_page(shopper: Shopper) -> None:
    assert shopper.client.get("/checkout/summary").headers["Location"] == "/checkout"


def test_the_preselected_method_has_to_be_confirmed(shopper: Shopper) -> None:
    shopper.enter_contact()
    assert shopper.place("10511").headers["Location"] == "/checkout"
    assert "Place order" not in text_of(shopper.checkout())


def test_the_rows_of_the_total_are_above_the_button(shopper: Shopper) -> None:
    shopper.enter_contact()
    shopper.choose_delivery()
    step = part(shopper.checkout().text, "section", "payment")
    assert (
        "Subtotal $86.00 Delivery Standard $12.00 Tax $7.11 Total $105.11 You pay by card on the next page."
    ) in step
    assert "Pay $" not in step
    assert "Place order and continue to payment" in step


def test_only_the_payment_button_shows_the_amount(shopper: Shopper) -> None:
    gateway = target_of(shopper.reach_payment())
    assert "Pay $105.11" in text_of(shopper.client.get(gateway))
    waiting = part(shopper.checkout().text, "section", "payment")
    assert "Total $105.11 Continue to card payment" in waiting
    assert "If you change anything, we start a new order; this one is cancelled." in waiting
    shopper.pay(gateway, DECLINES)
    assert "Total $105.11 Try again" in part(shopper.checkout().text, "section", "payment")
