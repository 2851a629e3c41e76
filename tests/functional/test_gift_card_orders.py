"""Orders of gift cards alone: no page or e-mail mentions a parcel, and none is packed."""

import re
from email.message import EmailMessage
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role, SavedAddress
from kashcraft.core import clock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError
from kashcraft.core.jobs import run_due
from kashcraft.gift_cards import services as gift_cards
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus
from tests.factories import shopping
from tests.factories.people import signed_in
from tests.support.shopper import Shopper, contact, target_of, text_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
BUYER = {"email": "ada@example.com", "shipping-full_name": "Ada Lovelace", "shipping-country": "US"}
PARCEL = ("parcel", "workshop", "Preparing", "Shipped", "Delivered", "Delivery address", "courier", "held")


@pytest.fixture
def card(app: Flask, frozen: clock.FrozenClock) -> UUID:
    """A gift card of 50.00, on 2 March 2026."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        return shopping.add_product("Gift card", 5000, gift_card=True)


@pytest.fixture
def shopper(app: Flask, client: FlaskClient, card: UUID) -> Shopper:
    """A guest with a gift card for Grace in the cart, to be sent on March 10."""
    shopper = Shopper(client)
    give(app, shopper, card)
    return shopper


def give(app: Flask, shopper: Shopper, card: UUID, day: str = "2026-03-10") -> None:
    with app.app_context():
        slug = db.session.execute(sa.text("SELECT slug FROM products WHERE name = 'Gift card'")).scalar_one()
    sent = shopper.post(
        f"/p/{slug}/gift-card", target="cart-drawer-body", product_id=str(card), quantity="1", design="bowl",
        whom="somebody", recipient_name="Grace", recipient_email="grace@example.com",
        message="Happy birthday", deliver_on=day,
    )  # fmt: skip
    assert sent.status_code < 400


def bought(app: Flask, shopper: Shopper) -> str:
    """Go through the checkout and pay; return the page of the order."""
    assert shopper.post("/checkout/contact", **BUYER).status_code < 400
    shopper.pay(target_of(shopper.place()))
    with app.app_context():
        order = db.session.scalars(sa.select(Order)).one()
        assert order.status is OrderStatus.PAID
        return order.number


def page_of(shopper: Shopper, app: Flask) -> str:
    found = shopper.client.post("/orders/find", data={"number": number_of(app), "email": "ada@example.com"})
    return shopper.client.get(found.headers["Location"]).text


def number_of(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(sa.select(Order.number)).one()


def main_of(page: str) -> str:
    found = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert found
    return text_of(found[0])


@BOTH
def test_the_checkout_asks_for_nothing_that_only_a_parcel_needs(shopper: Shopper, htmx: bool) -> None:
    page = shopper.checkout().text
    assert re.findall(r'<(?:input|select)[^>]* name="([^"]+)"', page) == [
        "email", "shipping-full_name", "shipping-country",
    ]  # fmt: skip
    assert "1 Contact 2 Payment" in main_of(page)
    for word in PARCEL:
        assert word not in main_of(page)
    shopper.htmx = htmx
    sent_contact = shopper.post("/checkout/contact", **BUYER)
    shown = sent_contact.text if htmx else shopper.checkout().text
    if not htmx:
        assert sent_contact.headers["Location"] == "/checkout#payment"
    assert "ada@example.com Ada Lovelace, United States" in text_of(shown)
    assert "Delivery By e-mail, free Tax $0.00 Total $50.00" in text_of(shown)
    assert 'id="delivery"' not in shown
    assert "Place order and continue to payment" in text_of(shown)


@BOTH
def test_a_missing_name_is_answered_beside_its_field(shopper: Shopper, htmx: bool) -> None:
    shopper.htmx = htmx
    answer = shopper.post("/checkout/contact", **{**BUYER, "shipping-full_name": " "})
    assert answer.status_code == 422
    assert "Your name: Please enter your name." in text_of(answer)
    assert 'value="ada@example.com"' in answer.text


@BOTH
def test_a_gift_card_goes_from_the_cart_to_the_mailbox(
    app: Flask, shopper: Shopper, htmx: bool, sent_emails: list[EmailMessage], frozen: clock.FrozenClock
) -> None:
    shopper.htmx = htmx
    number = bought(app, shopper)
    page = main_of(page_of(shopper, app))
    assert "Paid Thank you. Gift cards are sent by e-mail." in page
    assert "Will be sent to Grace on March 10, 2026 grace@example.com" in page
    assert "$50.00 For Grace Happy birthday" in page
    for word in PARCEL:
        assert word not in page
    with app.app_context():
        order = db.session.scalars(sa.select(Order)).one()
        assert (order.delivery_code, order.billing_address["full_name"]) == ("email", "Ada Lovelace")
        assert (order.billing_address["street_address"], order.phone) == ("", None)
        run_due()
    (confirmed,) = sent_emails
    assert confirmed["Subject"] == f"Your order {number} is confirmed"
    for kind in ("plain", "html"):
        body = confirmed.get_body((kind,))
        assert body is not None
        said = text_of(body.get_content())
        assert f"order {number}" in said
        assert "paid (Visa ending 4242)." in said
        assert "Will be sent to Grace on March 10, 2026 (grace@example.com)" in said
        assert "prepare" not in said
        assert "United States" not in said
    with app.app_context():
        frozen.advance(days=8)
        in_step(gift_cards.deliver_due)
    assert "Sent to Grace on March 10, 2026" in main_of(page_of(shopper, app))


def test_nobody_packs_gift_cards(app: Flask, shopper: Shopper) -> None:
    number = bought(app, shopper)
    office = signed_in(app, Role.FULFILMENT)
    assert number not in office.get("/backoffice/orders").text
    with app.app_context():
        order_id = db.session.scalars(sa.select(Order.id)).one()
        with pytest.raises(DomainError, match="wrong_status"), step():
            orders.start_processing(order_id=order_id)


def test_the_invoice_has_a_billing_address_and_no_other(app: Flask, shopper: Shopper) -> None:
    bought(app, shopper)
    link = re.search(r'href="(/orders/[^"]+/invoice[^"]*)"', page_of(shopper, app))
    assert link
    invoice = text_of(shopper.client.get(link[1].replace("&amp;", "&")))
    assert "Invoice to Ada Lovelace United States" in invoice
    assert "Delivered to" not in invoice


def test_goods_added_later_ask_for_the_rest_of_the_address(app: Flask, shopper: Shopper) -> None:
    shopper.post("/checkout/contact", **BUYER)
    with app.app_context():
        bowl = shopping.add_product("Walnut bowl", 4300)
    shopper.add(bowl)
    page = shopper.checkout().text
    assert 'name="shipping-street_address"' in page
    assert 'value="Ada Lovelace"' in page
    assert shopper.place("5000").headers["Location"] == "/checkout"
    shopper.post("/checkout/contact", **contact())
    said = text_of(shopper.checkout())
    assert "Gift cards are sent by e-mail. Everything else comes as one parcel." in said


def test_an_address_without_a_street_is_not_saved_for_goods(app: Flask, shopper: Shopper) -> None:
    """Another tab adds a bowl to the cart while the form for gift cards is open."""
    with app.app_context():
        bowl = shopping.add_product("Walnut bowl", 4300)
    shopper.add(bowl)
    answer = shopper.post("/checkout/contact", **BUYER)
    assert answer.status_code == 422
    assert "Please enter a street address." in text_of(answer) or "Street address:" in text_of(answer)
    assert shopper.place("9300").headers["Location"] == "/checkout"


def test_a_member_who_wants_to_keep_the_address_of_a_card_loses_nothing(
    app: Flask, card: UUID, frozen: clock.FrozenClock
) -> None:
    member = Shopper(signed_in(app))
    give(app, member, card)
    assert member.post("/checkout/contact", **BUYER).status_code < 400
    assert "save_address" not in member.checkout().text
    placed = member.post("/checkout/place", seen=member.seen(), save_address="yes")
    assert target_of(placed).startswith("/sandbox/pay/")
    with app.app_context():
        assert db.session.scalars(sa.select(SavedAddress)).all() == []
