"""The thank-you page, and an account created from a guest's order."""

import re
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core import clock
from kashcraft.core.jobs import run_due
from tests.factories import shopping
from tests.support.shopper import Shopper, target_of, text_of


@pytest.fixture
def shopper(app: Flask, client: FlaskClient, frozen: clock.FrozenClock) -> Shopper:
    """Return a guest with a bowl in the cart, on Monday 2 March 2026."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        bowl = shopping.add_product("Walnut bowl")
    shopper = Shopper(client)
    shopper.add(bowl)
    return shopper


def main_of(page: str) -> str:
    found = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert found
    return text_of(found[0])


def test_a_paid_order_shows_thanks_and_next_steps(shopper: Shopper) -> None:
    paid = shopper.pay(target_of(shopper.reach_payment()))
    said = main_of(paid.text)
    assert said.startswith("Order KC-")
    assert (
        "Thank you, Ada Lovelace Your order is paid. We send the confirmation to ada@example.com. "
        "We prepare and pack your order. Until we begin, you can cancel it on this page. "
        "You get an e-mail when it ships. It should arrive March"
    ) in said
    assert paid.text.count("<h1") == 1
    assert '<picture><source type="image/avif" srcset="/media/bowl-320.avif' in paid.text
    later = shopper.client.get(
        f"{paid.request.path}?{paid.request.query_string.decode()}".split("&notice")[0]
    )
    assert "Thank you, Ada Lovelace" not in text_of(later)


def test_a_notice_in_the_url_shows_no_thanks_for_an_unpaid_order(shopper: Shopper) -> None:
    shopper.reach_payment()
    link = re.search(r"Order (KC-\w+) is placed", text_of(shopper.checkout()))
    assert link
    found = shopper.client.post("/orders/find", data={"number": link[1], "email": "ada@example.com"})
    page = shopper.client.get(f"{found.headers['Location']}&notice=order_paid").text
    assert 'class="thanks"' not in page


def test_a_guest_creates_an_account_for_the_order_with_one_button(
    app: Flask, shopper: Shopper, sent_emails: list[EmailMessage]
) -> None:
    page = shopper.pay(target_of(shopper.reach_payment())).text
    form = re.search(r'<form action="/account/register".*?</form>', page, re.DOTALL)
    assert form
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    assert (sent["full_name"], sent["email"]) == ("Ada Lovelace", "ada@example.com")
    with app.app_context():
        run_due()
        sent_emails.clear()
    answer = shopper.client.post("/account/register", data=sent)
    assert answer.status_code == 200
    with app.app_context():
        run_due()
    (message,) = sent_emails
    assert message["To"] == "ada@example.com"
    body = message.get_body(("plain",))
    assert body is not None
    link = re.search(r"/account/confirm/\S+", body.get_content())
    assert link
    opened = shopper.client.post(link[0], data={"full_name": "Ada Lovelace", "password": "seven carpets fly"})
    assert opened.headers["Location"].startswith(sent["next"])
    mine = shopper.client.get(sent["next"])
    assert mine.status_code == 200
    assert "Keep this order in an account" not in mine.text
