"""Payment on the sandbox's page, from the order to the confirmation, without JavaScript."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.signing import sign
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.payments.gateways import cards
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment, PaymentStatus
from tests.conftest import browser
from tests.factories.orders import place, stocked

CARD = {"number": "4242 4242 4242 4242", "expiry": "04/30", "cvc": "123", "name": "Ada King"}
CONFIRMING = {**CARD, "number": "4000 0000 0000 3220"}
LATE = {**CARD, "number": "4000000000000077"}


@pytest.fixture
def order(database: Flask, frozen: FrozenClock) -> Order:
    """Return an unpaid guest order of 45.00."""
    return place((stocked(5), 1))


def key_of(order: Order) -> str:
    return sign("order", [str(order.id), 1])


def to_the_payment_page(client: FlaskClient, order: Order) -> str:
    """Submit "Pay" on the order's page and return the URL of the payment page."""
    answer = client.post(f"/payments/orders/{order.number}", data={"key": key_of(order)})
    assert answer.status_code == 303
    return answer.headers["Location"]


def pay(client: FlaskClient, order: Order, card: dict[str, str]) -> str:
    """Pay with a card and return the URL of the redirect."""
    answer = client.post(to_the_payment_page(client, order), data=card)
    assert answer.status_code == 303
    return answer.headers["Location"]


def follow(client: FlaskClient, url: str) -> Any:
    """Follow all redirects from ``url``."""
    answer = client.get(url)
    while answer.status_code == 303:
        answer = client.get(answer.headers["Location"])
    return answer


def status_of(order: Order) -> OrderStatus:
    """Return the current status from the database."""
    with step() as session:
        return session.scalars(sa.select(Order.status).where(Order.id == order.id)).one()


def test_a_valid_card_pays_and_leads_to_the_order(client: FlaskClient, order: Order) -> None:
    page = follow(client, pay(client, order, CARD))
    assert page.request.path == f"/orders/{order.number}"
    assert "Your order is paid. We send the confirmation" in page.text
    assert "Paid by Visa ending 4242." in page.text
    assert status_of(order) is OrderStatus.PAID


def test_the_payment_page_is_marked_as_a_test_and_supports_autofill(
    client: FlaskClient, order: Order
) -> None:
    page = client.get(to_the_payment_page(client, order))
    assert page.status_code == 200
    assert "No money moves here." in page.text
    assert "$45.00" in page.text
    assert order.number in page.text
    for token in ("cc-number", "cc-exp", "cc-csc", "cc-name"):
        assert f'autocomplete="{token}"' in page.text
    for number in ("4242 4242 4242 4242", "3782 822463 10005", "4000 0000 0000 9995"):
        assert number in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self'" in policy
    assert "connect-src" not in policy
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"number": ""}, "Please enter the card number."),
        ({"number": "4242 4242 4242 4241"}, "This is not a card number. Please check the digits."),
        ({"number": "4111 1111 1111 1111"}, "Only the test cards of this page work here."),
        ({"expiry": "13/30"}, "Please enter month and year, for example 04/30."),
        ({"expiry": "02/26"}, "This date has passed."),
        ({"cvc": ""}, "Please enter the security code."),
        ({"cvc": "12"}, "The code has 3 digits."),
        ({"number": "378282246310005", "cvc": "987"}, "The code has 4 digits."),
        ({"name": ""}, "Please enter the name."),
    ],
)
def test_errors_are_shown_beside_their_fields_and_other_values_remain(
    client: FlaskClient, order: Order, change: dict[str, str], message: str
) -> None:
    url = to_the_payment_page(client, order)
    typed = {**CARD, "cvc": "987", **change}
    page = client.post(url, data=typed)
    assert page.status_code == 422
    assert message in page.text
    assert 'aria-invalid="true"' in page.text
    for name in ("number", "expiry", "name"):
        assert f'value="{typed[name]}"' in page.text
    assert '"987"' not in page.text
    assert status_of(order) is OrderStatus.PENDING


@pytest.mark.parametrize("number", ["4000000000000002", "4000000000009995", "4000000000000127"])
def test_another_card_can_pay_after_a_decline(client: FlaskClient, order: Order, number: str) -> None:
    page = follow(client, pay(client, order, {**CARD, "number": number}))
    assert page.request.path == f"/orders/{order.number}"
    assert "The payment did not go through. Nothing was charged." in page.text
    assert "$45.00 is due." in page.text
    assert "Paid by" in follow(client, pay(client, order, CARD)).text
    payments = db.session.scalars(sa.select(Payment).order_by(Payment.attempt)).all()
    assert [(payment.attempt, payment.status) for payment in payments] == [
        (1, PaymentStatus.FAILED),
        (2, PaymentStatus.SUCCEEDED),
    ]


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        ("yes", OrderStatus.PAID, "Your order is paid. We send the confirmation"),
        ("no", OrderStatus.PENDING, "The payment did not go through."),
    ],
)
def test_a_card_that_needs_confirmation_shows_the_banks_question(
    client: FlaskClient, order: Order, answer: str, status: OrderStatus, text: str
) -> None:
    question = pay(client, order, CONFIRMING)
    page = client.get(question)
    assert "The bank of the Visa card ending 3220 asks" in page.text
    answered = client.post(f"{question}/confirm", data={"answer": answer})
    assert text in follow(client, answered.headers["Location"]).text
    assert status_of(order) is status


def test_a_slow_payment_shows_a_waiting_page_until_its_outcome(
    client: FlaskClient, order: Order, frozen: FrozenClock, sent_emails: list[Any]
) -> None:
    waiting = pay(client, order, LATE)
    page = client.get(waiting)
    assert page.status_code == 200
    assert "Waiting for your bank" in page.text
    assert "we send an e-mail to ada@shop.example" in page.text
    polling = {"HX-Request": "true"}
    assert client.get(waiting, headers=polling).status_code == 204
    assert client.post(waiting).headers["Location"].startswith("/payments/return/")
    again = client.post(f"/payments/orders/{order.number}", data={"key": key_of(order)})
    assert again.headers["Location"].startswith("/payments/return/")
    frozen.advance(seconds=20)
    jobs.run_due()
    assert f"/orders/{order.number}" in client.get(waiting, headers=polling).headers["HX-Redirect"]
    assert "Your order is paid. We send the confirmation" in follow(client, waiting).text
    assert [message["Subject"] for message in sent_emails] == [f"Your order {order.number} is confirmed"]


def test_leaving_the_payment_page_does_not_change_the_order(client: FlaskClient, order: Order) -> None:
    url = to_the_payment_page(client, order)
    left = client.post(f"{url}/cancel")
    assert "The payment did not go through." in follow(client, left.headers["Location"]).text
    assert status_of(order) is OrderStatus.PENDING
    assert to_the_payment_page(client, order) != url


def test_a_used_payment_page_redirects_and_accepts_no_second_card(client: FlaskClient, order: Order) -> None:
    url = to_the_payment_page(client, order)
    client.post(url, data=CARD)
    assert client.get(url).status_code == 303
    again = client.post(url, data={**CARD, "number": "4000000000000002"})
    assert follow(client, again.headers["Location"]).request.path == f"/orders/{order.number}"
    assert status_of(order) is OrderStatus.PAID


def test_an_unknown_payment_page_is_not_found(client: FlaskClient) -> None:
    assert client.get("/sandbox/pay/pi_nobody").status_code == 404
    assert client.post("/sandbox/pay/pi_nobody", data=CARD).status_code == 404
    assert client.get("/payments/return/nonsense").status_code == 404
    assert client.post("/payments/return/nonsense").status_code == 404


def test_a_return_before_the_webhook_waits_and_can_ask_the_processor(
    client: FlaskClient, order: Order
) -> None:
    reference = to_the_payment_page(client, order).rsplit("/", 1)[1]
    intent = processor().get(reference)
    waiting = client.get(intent.return_url)
    assert "Your payment is not finished" in waiting.text
    processor().pay(reference, cards.CARDS[0])
    assert client.get(intent.return_url).status_code == 200
    assert status_of(order) is OrderStatus.PENDING
    asked = client.post(intent.return_url)
    assert "Thank you, Ada King" in follow(client, asked.headers["Location"]).text
    assert status_of(order) is OrderStatus.PAID


def test_a_paid_order_is_not_paid_again(client: FlaskClient, order: Order) -> None:
    pay(client, order, CARD)
    answer = client.post(f"/payments/orders/{order.number}", data={"key": key_of(order)})
    assert "notice=order_not_payable" in answer.headers["Location"]


def test_webhooks_are_accepted_with_a_valid_signature_only(
    app: Flask, client: FlaskClient, order: Order
) -> None:
    reference = to_the_payment_page(client, order).rsplit("/", 1)[1]
    event = processor().pay(reference, cards.CARDS[0])
    assert event is not None
    outside = app.test_client()
    outside.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    url = "/payments/webhooks/sandbox"
    assert outside.post(url, data=event.body).status_code == 400
    forged = {"X-Sandbox-Signature": "t=1,v1=00"}
    assert outside.post(url, data=event.body, headers=forged).status_code == 400
    assert status_of(order) is OrderStatus.PENDING
    signed = {"X-Sandbox-Signature": gateway().sign(event.body)}
    for _ in range(2):
        assert outside.post(url, data=event.body, headers=signed).status_code == 204
    assert status_of(order) is OrderStatus.PAID
    assert outside.post("/payments/webhooks/nobody", data=event.body, headers=signed).status_code == 404


def test_paying_from_another_site_is_refused(app: Flask, client: FlaskClient, order: Order) -> None:
    url = to_the_payment_page(client, order)
    elsewhere = app.test_client()
    elsewhere.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    for path in (url, f"{url}/cancel", f"{url}/confirm", f"/payments/orders/{order.number}"):
        assert elsewhere.post(path, data={**CARD, "key": key_of(order)}).status_code == 403
    assert status_of(order) is OrderStatus.PENDING


def test_no_card_number_is_stored_or_logged(app: Flask, client: FlaskClient, order: Order) -> None:
    pay(client, order, CARD)
    jobs.run_due()
    files = [path.read_bytes() for path in Path(app.instance_path).rglob("*") if path.is_file()]
    rows: list[Any] = []
    for table in ("payments", "payment_events", "webhook_receipts", "order_events", "messages", "outbox"):
        found = db.session.execute(sa.text(f"SELECT * FROM {table}"))
        rows += [json.dumps(list(row), default=str) for row in found]
    text = b"\n".join([*files, *(row.encode() for row in rows)])
    assert b"4242" in text
    assert not re.search(rb"4242[ -]?4242", text)


def test_payment_pages_do_not_write(app: Flask, order: Order, count_statements: Any) -> None:
    client = browser(app)
    url = to_the_payment_page(client, order)
    back = processor().get(url.rsplit("/", 1)[1]).return_url
    with count_statements() as seen:
        client.get(url)
        client.get(back)
    assert seen.writes == []
