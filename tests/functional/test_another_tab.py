"""An order is pending in one tab while its cart changes in another."""

import re
from decimal import Decimal
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core import clock
from kashcraft.core.db import db, in_step
from kashcraft.core.jobs import run_due
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.payments import jobs as payment_jobs
from kashcraft.payments import services as payments
from kashcraft.payments.gateways.cards import CARDS
from kashcraft.payments.gateways.sandbox import processor
from kashcraft.payments.models import Payment, PaymentStatus
from tests.factories import shopping
from tests.support.shopper import Shopper, target_of, text_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
PAID = "Your payment came after the order had ended. We refund all of it."


@pytest.fixture
def bowl(app: Flask, frozen: clock.FrozenClock) -> UUID:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        return shopping.add_product("Walnut bowl", 4300)


@pytest.fixture
def shopper(client: FlaskClient, bowl: UUID) -> Shopper:
    """A guest with a bowl in the cart."""
    shopper = Shopper(client)
    shopper.add(bowl)
    return shopper


@pytest.fixture
def page(shopper: Shopper) -> str:
    """The processor's page for the order that the guest has placed."""
    return target_of(shopper.reach_payment())


def first(app: Flask) -> tuple[str, Order, Payment]:
    """Return the first order's processor reference, the order and its payment."""
    with app.app_context():
        order = db.session.scalars(sa.select(Order).order_by(Order.placed_at)).first()
        payment = db.session.scalars(sa.select(Payment).order_by(Payment.created_at)).first()
        assert order is not None
        assert payment is not None
        return str(payment.gateway_reference), order, payment


def total(order: Order) -> str:
    return f"${Decimal(order.total) / 100}"


def work(app: Flask) -> None:
    with app.app_context():
        run_due()


@BOTH
def test_a_cart_change_shows_that_the_order_is_cancelled(
    app: Flask, shopper: Shopper, page: str, bowl: UUID, htmx: bool
) -> None:
    number = first(app)[1].number
    shopper.htmx = htmx
    answer = shopper.add(bowl, anew=True)
    if htmx:
        said = (
            f"Your order {number} was waiting for its payment. It is cancelled, because your bag has "
            "changed; "
            "nothing was charged, and its items are in your bag."
        )
        assert said in text_of(answer)
        assert said in answer.headers["HX-Trigger"]
    else:
        assert answer.headers["Location"] == "/cart?notice=bag_ended_order"
        shown = text_of(shopper.client.get(answer.headers["Location"]))
        assert "Your order that waited for its payment is cancelled, because your bag has changed." in shown
    assert number not in text_of(shopper.add(bowl))


@BOTH
def test_adding_asks_before_a_pending_order_is_cancelled(
    app: Flask, shopper: Shopper, page: str, bowl: UUID, htmx: bool
) -> None:
    shopper.htmx = htmx
    _, order, _ = first(app)
    answer = shopper.add(bowl)
    said = text_of(answer)
    assert f"An order of {total(order)} waits for its payment." in said
    assert f"Adding this starts a new order. Order {order.number} is then cancelled, nothing is" in said
    assert "Add anyway" in said
    assert '<a class="button" data-kind="' in answer.text
    assert 'href="/checkout#payment"' in answer.text
    if htmx:
        assert answer.status_code == 422
        assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("this", "beforeend")
        assert re.search(r'<button [^>]*name="anew" value="1"', answer.text)
    else:
        assert answer.status_code == 409
        sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
        assert sent == {"product_id": str(bowl), "quantity": "1"}
    assert first(app)[1].status is OrderStatus.PENDING
    shown = shopper.pay(page)
    assert f"Order {order.number}" in text_of(shown)
    assert first(app)[1].status is OrderStatus.PAID


def test_the_cart_shows_its_pending_order_until_it_ends(
    app: Flask, shopper: Shopper, page: str, bowl: UUID
) -> None:
    _, order, _ = first(app)
    said = f"Order {order.number} of {total(order)} waits for its payment. If you change your bag,"
    assert said in text_of(shopper.client.get("/cart"))
    shopper.add(bowl, anew=True)
    assert said not in text_of(shopper.client.get("/cart"))
    assert shopper.add(bowl).status_code == 303


def test_the_payment_ends_with_the_order_and_its_page_says_why(
    app: Flask, shopper: Shopper, page: str, bowl: UUID
) -> None:
    shopper.add(bowl, anew=True)
    work(app)
    _, order, payment = first(app)
    assert (order.status, payment.status) == (OrderStatus.CANCELLED, PaymentStatus.CANCELLED)
    shown = shopper.pay(page)
    said = text_of(shown)
    assert shown.request.path == f"/orders/{order.number}"
    assert "This order had ended before it was paid, so nothing was charged." in said
    assert "The bag or the checkout was changed before it was paid." in said
    assert "Put them in my bag again" in said
    assert first(app)[2].status is PaymentStatus.CANCELLED


def test_a_payment_after_the_cancellation_is_refunded_with_the_reason(
    app: Flask, shopper: Shopper, page: str, bowl: UUID, sent_emails: list[EmailMessage]
) -> None:
    shopper.add(bowl, anew=True)
    shown = shopper.pay(page)
    assert PAID in text_of(shown)
    work(app)
    _, order, payment = first(app)
    assert (order.status, payment.status) == (OrderStatus.CANCELLED, PaymentStatus.SUCCEEDED)
    assert (payment.refunded_amount, order.refunded_total) == (payment.amount, payment.amount)
    (email,) = sent_emails
    assert email["Subject"].startswith("Your refund of $")
    body = email.get_body(("plain",))
    assert body is not None
    assert "The payment came after the order had ended." in body.get_content()


def test_reconciliation_ends_payments_that_the_job_has_missed(
    app: Flask, shopper: Shopper, page: str
) -> None:
    reference, order, _ = first(app)
    with app.app_context():
        in_step(lambda: orders.cancel(order_id=order.id))
        payment_jobs.reconcile()
        assert processor().get(reference).status is PaymentStatus.CANCELLED
    assert first(app)[2].status is PaymentStatus.CANCELLED


def test_a_payment_in_progress_is_not_ended(app: Flask, shopper: Shopper, page: str) -> None:
    reference, order, payment = first(app)
    with app.app_context():
        slow: Any = next(card for card in CARDS if card.last4 == "0077")
        payments.pay_in_sandbox(reference=reference, card=slow)
        in_step(lambda: orders.cancel(order_id=order.id))
        payments.end_payment(payment_id=payment.id)
        assert processor().get(reference).status is PaymentStatus.PROCESSING
    assert first(app)[2].status is PaymentStatus.PROCESSING
