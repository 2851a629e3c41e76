"""The page of an order: access, content, search, cancellation, and a customer's own list."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import User
from kashcraft.core import clock, jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.passwords import hash_password
from kashcraft.core.signing import sign
from kashcraft.extensions import limiter
from kashcraft.orders import services
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.payments.gateways.cards import CARDS
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment
from kashcraft.payments.services import receive
from tests.conftest import browser
from tests.factories.orders import open_payment, paid, place, stocked
from tests.support.shopper import text_of

PASSWORD = "seven carpets fly"


def person(email: str) -> UUID:
    """Create a confirmed account and return its id."""
    with step() as session:
        user = User(
            email=email, email_key=email, full_name="Ada King", password_hash=hash_password(PASSWORD),
            email_confirmed_at=clock.now(),
        )  # fmt: skip
        session.add(user)
    return user.id


def signed_in(app: Flask, email: str) -> FlaskClient:
    client = browser(app)
    assert client.post("/account/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303
    return client


def key_of(order: Order) -> str:
    return sign("order", [str(order.id), 1])


@pytest.fixture
def guest_order(database: Flask, frozen: FrozenClock) -> Order:
    """Return an unpaid guest order of two shawls."""
    return place((stocked(5, price="215.50", name="Sozni shawl"), 2), tax_rate=100_000)


@pytest.fixture
def own_order(database: Flask, frozen: FrozenClock) -> Order:
    """Return an order that Ada placed while signed in."""
    return place((stocked(5), 1), user_id=person("ada@shop.example"))


def test_a_guest_opens_the_order_with_its_key(client: FlaskClient, guest_order: Order) -> None:
    page = client.get(f"/orders/{guest_order.number}", query_string={"key": key_of(guest_order)})
    assert page.status_code == 200
    for text in (
        guest_order.number, "Waiting for payment", "Sozni shawl", "2 × $215.50", "$431.00",
        "Standard delivery", "$43.60", "$479.60", "12 Larch Lane", "ada@shop.example",
        "Expected March 5 – 9, 2026",
        "held for you for", "10 more minutes", "10:10\xa0AM (Coordinated Universal Time)",
        "Tax at 10% on $436.00",
    ):  # fmt: skip
        assert text in page.text, text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in page.text
    assert "Set-Cookie" not in page.headers


def test_other_visitors_cannot_open_the_order(
    app: Flask, client: FlaskClient, guest_order: Order, own_order: Order
) -> None:
    person("eve@shop.example")
    eve = signed_in(app, "eve@shop.example")
    right = key_of(guest_order)
    attempts: list[tuple[FlaskClient, str, str]] = [
        (client, guest_order.number, ""),
        (client, guest_order.number, right[:-2]),
        (client, guest_order.number, "A" + right),
        (client, guest_order.number, key_of(own_order)),
        (client, guest_order.number, sign("payment", [str(guest_order.id), 1])),
        (client, guest_order.number, sign("order", [str(guest_order.id), 0])),
        (client, own_order.number, right),
        (eve, guest_order.number, ""),
        (eve, own_order.number, ""),
        (client, "KC-00000000", right),
    ]
    for who, number, key in attempts:
        for path in (f"/orders/{number}", f"/orders/{number}/invoice"):
            assert who.get(path, query_string={"key": key}).status_code == 404
        assert who.post(f"/orders/{number}/cancel", data={"key": key}).status_code == 404
        assert who.post(f"/payments/orders/{number}", data={"key": key}).status_code == 404
    db.session.expire_all()
    assert set(db.session.scalars(sa.select(Order.status))) == {OrderStatus.PENDING}


def test_the_owner_opens_the_order_without_a_key(app: Flask, own_order: Order) -> None:
    page = signed_in(app, "ada@shop.example").get(f"/orders/{own_order.number}")
    assert page.status_code == 200
    assert "key=" not in page.text


def test_the_number_may_be_typed_in_any_spelling(client: FlaskClient, guest_order: Order) -> None:
    typed = guest_order.number.lower().replace("-", "")
    assert client.get(f"/orders/{typed}", query_string={"key": key_of(guest_order)}).status_code == 200


def test_reading_an_order_writes_nothing_and_takes_few_statements(
    client: FlaskClient, guest_order: Order, count_statements: Callable[[], Any]
) -> None:
    key, number = key_of(guest_order), guest_order.number
    client.get(f"/orders/{number}", query_string={"key": key})
    # The page of an unpaid order also reads the state of its payment.
    for path, most in ((f"/orders/{number}", 5), (f"/orders/{number}/invoice", 4)):
        with count_statements() as seen:
            client.get(path, query_string={"key": key})
        assert seen.writes == []
        assert len(seen) <= most


def test_an_unpaid_order_can_be_cancelled_on_its_page(client: FlaskClient, guest_order: Order) -> None:
    key = key_of(guest_order)
    answer = client.post(f"/orders/{guest_order.number}/cancel", data={"key": key})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert "Your order is cancelled." in page.text
    assert "This order was cancelled." in page.text
    assert "Cancel the order" not in page.text
    again = client.post(f"/orders/{guest_order.number}/cancel", data={"key": key})
    assert "notice=order_cancelled" in again.headers["Location"]


def test_a_cancelled_paid_order_shows_its_refund(client: FlaskClient, guest_order: Order) -> None:
    with step():
        services.mark_paid(order_id=guest_order.id, method="Visa ending 4242")
    key = key_of(guest_order)
    paid = client.get(f"/orders/{guest_order.number}", query_string={"key": key}).text
    assert "Paid by Visa ending 4242." in paid
    assert "Waiting for payment" not in paid
    answer = client.post(f"/orders/{guest_order.number}/cancel", data={"key": key})
    page = client.get(answer.headers["Location"]).text
    assert "$479.60 on its way back to you" in page
    assert "−$479.60" in page


def test_an_order_in_preparation_cannot_be_cancelled(client: FlaskClient, guest_order: Order) -> None:
    with step():
        services.mark_paid(order_id=guest_order.id)
        services.start_processing(order_id=guest_order.id)
    key = key_of(guest_order)
    answer = client.post(f"/orders/{guest_order.number}/cancel", data={"key": key})
    page = client.get(answer.headers["Location"]).text
    assert "This order can no longer be cancelled here." in page
    assert "Preparing" in page
    assert "Cancel the order" not in page


def test_htmx_requests_are_redirected_by_header(client: FlaskClient, guest_order: Order) -> None:
    answer = client.post(
        f"/orders/{guest_order.number}/cancel",
        data={"key": key_of(guest_order)},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 204
    assert "notice=order_cancelled" in answer.headers["HX-Redirect"]


def test_an_order_is_found_by_number_and_address(client: FlaskClient, guest_order: Order) -> None:
    assert client.get("/orders/find").status_code == 200
    typed = {"number": guest_order.number.lower(), "email": " ADA@shop.example "}
    answer = client.post("/orders/find", data=typed)
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200


def test_wrong_numbers_and_wrong_addresses_get_the_same_response(
    client: FlaskClient, guest_order: Order
) -> None:
    foreign = client.post("/orders/find", data={"number": guest_order.number, "email": "eve@shop.example"})
    unknown = client.post("/orders/find", data={"number": "KC-00000000", "email": "eve@shop.example"})
    assert (foreign.status_code, unknown.status_code) == (422, 422)
    assert foreign.text.replace(guest_order.number, "KC-00000000") == unknown.text
    assert "We find no order with this number and e-mail address." in foreign.text
    assert "eve@shop.example" in foreign.text


def test_missing_values_are_reported_beside_their_fields(client: FlaskClient, database: Flask) -> None:
    answer = client.post("/orders/find", data={"number": "", "email": "ada"})
    assert answer.status_code == 422
    assert "Please enter the number, it starts with KC." in answer.text
    assert "This does not look like an e-mail address." in answer.text


def test_guessing_orders_is_rate_limited(app: Flask, client: FlaskClient) -> None:
    app.config["RATELIMIT_ENABLED"] = limiter.enabled = True
    try:
        answers = [
            client.post("/orders/find", data={"number": "KC-1", "email": "a@b.example"}).status_code
            for _ in range(11)
        ]
    finally:
        app.config["RATELIMIT_ENABLED"] = limiter.enabled = False
        limiter.reset()
    assert answers == [422] * 10 + [429]


def test_the_page_offers_no_payment_while_a_bank_is_deciding(client: FlaskClient, guest_order: Order) -> None:
    address, key = f"/orders/{guest_order.number}", {"key": key_of(guest_order)}
    assert "This order is not paid yet." in text_of(client.get(address, query_string=key))
    payment = open_payment(guest_order)
    reference = db.session.get_one(Payment, payment.id, populate_existing=True).gateway_reference or ""
    event = processor().pay(reference, next(card for card in CARDS if card.last4 == "0077"))
    assert event is not None
    receive(gateway="sandbox", body=event.body, signature=gateway().sign(event.body))

    page = client.get(address, query_string=key)
    assert "Your payment is on its way." in text_of(page)
    assert "This order is not paid yet." not in page.text
    assert "/payments/orders/" not in page.text


def test_a_customers_orders_are_listed_newest_first(
    app: Flask, own_order: Order, frozen: FrozenClock
) -> None:
    frozen.advance(days=1)
    newer = place((stocked(9, name="Walnut bowl"), 3), user_id=own_order.user_id)
    person("eve@shop.example")
    page = signed_in(app, "ada@shop.example").get("/account/orders").text
    assert re.findall(r"KC-[0-9A-Y]{8}</a>", page) == [f"{newer.number}</a>", f"{own_order.number}</a>"]
    assert "March 3, 2026" in page
    assert "Walnut bowl" in page
    assert "and 2 more" in page
    assert "No orders yet" in signed_in(app, "eve@shop.example").get("/account/orders").text


def test_the_list_has_pages_and_a_fixed_number_of_statements(
    app: Flask, own_order: Order, count_statements: Callable[[], Any]
) -> None:
    ada, user_id = signed_in(app, "ada@shop.example"), own_order.user_id
    ada.get("/account/orders")
    with count_statements() as few:
        ada.get("/account/orders")
    product = stocked(50)
    for _ in range(20):
        paid((product, 1), user_id=user_id)
    ada.get("/account/orders")
    with count_statements() as many:
        first = ada.get("/account/orders").text
    assert len(many) == len(few)
    assert first.count('<th scope="row"') == 20
    assert ada.get("/account/orders?page=3").status_code == 404
    assert ada.get("/account/orders?page=2").text.count('<th scope="row"') == 1


def test_the_list_requires_signing_in(client: FlaskClient) -> None:
    assert client.get("/account/orders").headers["Location"].startswith("/account/sign-in")


def test_the_confirmation_has_lines_totals_and_a_link_to_the_order(
    app: Flask, client: FlaskClient, guest_order: Order, sent_emails: list[Any]
) -> None:
    with step():
        services.mark_paid(order_id=guest_order.id, method="Visa ending 4242")
    jobs.run_due()
    (message,) = sent_emails
    assert message["Subject"] == f"Your order {guest_order.number} is confirmed"
    assert message["To"] == "ada@shop.example"
    plain = message.get_body(("plain",)).get_content()
    for text in (
        "2 x Sozni shawl: $431.00", "Subtotal: $431.00", "Delivery (Standard delivery): $5.00", "Tax: $43.60",
        "Total: $479.60", "(Visa ending 4242)",
        "Standard delivery, expected March 5 – 9, 2026, to:", "Ada King", "12 Larch Lane",
    ):  # fmt: skip
        assert text in plain, text
    link = re.search(r"http://localhost(/orders/\S+)", plain)
    assert link is not None
    assert client.get(link[1]).status_code == 200
    html = message.get_body(("html",)).get_content()
    assert "$479.60" in html
    jobs.run_due()
    assert len(sent_emails) == 1


def test_a_confirmation_states_that_nothing_was_charged_if_a_gift_card_paid(
    database: Flask, frozen: FrozenClock, sent_emails: list[Any]
) -> None:
    order = place((stocked(5, price="40.00"), 1), tax_rate=0, gift_card=45_00)
    with step():
        services.mark_paid(order_id=order.id)
    jobs.run_due()
    plain = sent_emails[0].get_body(("plain",)).get_content()

    assert "Total: $45.00\nGift card (…" in plain
    assert "): −$45.00\nCharged: $0.00\n" in plain


def test_an_order_cancelled_before_its_confirmation_gets_none(
    client: FlaskClient, guest_order: Order, sent_emails: list[Any]
) -> None:
    with step():
        services.mark_paid(order_id=guest_order.id, method="Visa ending 4242")
    client.post(f"/orders/{guest_order.number}/cancel", data={"key": key_of(guest_order)})
    jobs.run_due()
    (message,) = sent_emails
    assert message["Subject"] == f"Your refund of $479.60 for order {guest_order.number}"
    assert "You cancelled the order." in message.get_body(("plain",)).get_content()
