"""A guest buys: from the product to the confirmation, with every card of the sandbox."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.cart.models import CartLine
from kashcraft.checkout.models import Checkout, CheckoutStatus
from kashcraft.core.db import db
from kashcraft.core.jobs import run_due
from kashcraft.inventory import queries as stock
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.payments.models import Payment, PaymentStatus
from tests.conftest import browser
from tests.factories import shopping
from tests.support.shopper import ASKS, DECLINES, LATER, PAYS, Shopper, card, target_of, text_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])


@pytest.fixture
def bowl(app: Flask) -> UUID:
    """A bowl for 43.00, three of them."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        return shopping.add_product("Walnut bowl", 4300, stock=3)


def order_of(app: Flask) -> Order:
    with app.app_context():
        return db.session.scalars(sa.select(Order)).one()


def payments(app: Flask) -> list[tuple[int, PaymentStatus, int]]:
    with app.app_context():
        rows = db.session.scalars(sa.select(Payment).order_by(Payment.attempt))
        return [(row.attempt, row.status, row.amount) for row in rows]


def rest(app: Flask, product_id: UUID) -> int:
    with app.app_context():
        return stock.get_free_units([product_id])[product_id]


@BOTH
def test_a_guest_buys_two_bowls(
    app: Flask, shopper: Shopper, bowl: UUID, htmx: bool, sent_emails: list[EmailMessage]
) -> None:
    shopper.htmx = htmx
    placed = shopper.reach_payment()
    assert placed.status_code == (204 if htmx else 303)
    target = target_of(placed)
    assert target.startswith("/sandbox/pay/")
    assert "$105.11" in text_of(shopper.client.get(target))
    page = shopper.pay(target)
    assert page.request.path.startswith("/orders/KC-")
    assert "Your order is paid. We send the confirmation" in text_of(page)
    assert "Total $105.11" in text_of(page)
    order = order_of(app)
    assert (order.status, order.total, order.amount_due, order.tax_total) == (
        OrderStatus.PAID,
        10511,
        10511,
        711,
    )
    assert (order.user_id, order.email, order.shipping_address["state"]) == (None, "ada@example.com", "CA")
    assert payments(app) == [(1, PaymentStatus.SUCCEEDED, 10511)]
    assert rest(app, bowl) == 1
    assert "Your bag is empty" in shopper.client.get("/cart").text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CartLine)) == 0
        assert [row.status for row in db.session.scalars(sa.select(Checkout))] == [CheckoutStatus.CLOSED]
        run_due()
    assert [email["To"] for email in sent_emails] == ["ada@example.com"]


def test_the_badge_is_empty_once_the_order_is_placed(shopper: Shopper) -> None:
    shopper.reach_payment()
    cookie = shopper.client.get_cookie("cart")
    assert cookie is not None
    assert cookie.value.endswith(".0")


@BOTH
def test_a_declined_card_loses_nothing_and_can_be_tried_again(
    app: Flask, shopper: Shopper, bowl: UUID, htmx: bool
) -> None:
    shopper.htmx = htmx
    page = shopper.pay(target_of(shopper.reach_payment()), DECLINES)
    assert page.request.path == "/checkout"
    said = text_of(page)
    assert "The bank declined this card and gave no reason. Please try another card." in said
    assert "Ada Lovelace, 1 Main Street, Berkeley, CA 94704, United States" in said
    assert "Total $105.11 Try again" in said
    assert order_of(app).status is OrderStatus.PENDING
    assert rest(app, bowl) == 1
    page = shopper.pay(target_of(shopper.post("/checkout/retry")), PAYS)
    assert page.request.path.startswith("/orders/KC-")
    assert order_of(app).status is OrderStatus.PAID
    assert payments(app) == [(1, PaymentStatus.FAILED, 10511), (2, PaymentStatus.SUCCEEDED, 10511)]
    assert rest(app, bowl) == 1


@pytest.mark.parametrize(
    ("answer", "status", "path"),
    [("yes", OrderStatus.PAID, "/orders/"), ("no", OrderStatus.PENDING, "/checkout")],
)
def test_a_bank_may_ask_first(
    app: Flask, shopper: Shopper, answer: str, status: OrderStatus, path: str
) -> None:
    target = target_of(shopper.reach_payment())
    asked = shopper.pay(target, ASKS)
    assert asked.request.path == target
    page = shopper.client.post(f"{target}/confirm", data={"answer": answer}, follow_redirects=True)
    assert page.request.path.startswith(path)
    assert order_of(app).status is status


def test_returning_without_payment_retains_the_order(app: Flask, shopper: Shopper) -> None:
    target = target_of(shopper.reach_payment())
    page = shopper.client.post(f"{target}/cancel", follow_redirects=True)
    assert page.request.path == "/checkout"
    assert "The payment was not finished, and nothing was charged." in text_of(page)
    assert "Total $105.11 Try again" in text_of(page)


def test_a_slow_payment_has_a_waiting_page(app: Flask, shopper: Shopper) -> None:
    page = shopper.pay(target_of(shopper.reach_payment()), LATER)
    assert page.request.path.startswith("/payments/return/")
    assert order_of(app).status is OrderStatus.PENDING
    page = shopper.checkout()
    assert "is being confirmed" in text_of(page)
    assert "Try again" not in text_of(page)
    again = shopper.post("/checkout/retry")
    assert target_of(again).startswith("/payments/return/")


def test_changing_the_cart_after_a_decline_cancels_the_order(
    app: Flask, shopper: Shopper, bowl: UUID
) -> None:
    shopper.pay(target_of(shopper.reach_payment()), DECLINES)
    line = re.search(r'action="/cart/lines/([0-9a-f-]{36})"', shopper.client.get("/cart").text)
    assert line
    shopper.post(f"/cart/lines/{line[1]}", quantity=1)
    assert order_of(app).status is OrderStatus.CANCELLED
    assert rest(app, bowl) == 3
    assert "Total $58.99" in text_of(shopper.checkout())


def test_another_guest_cannot_retry_or_see_the_order(app: Flask, shopper: Shopper, bowl: UUID) -> None:
    shopper.pay(target_of(shopper.reach_payment()), DECLINES)
    stranger = Shopper(browser(app))
    stranger.add(bowl)
    assert stranger.post("/checkout/retry").headers["Location"] == "/checkout"
    assert stranger.client.get(f"/orders/{order_of(app).number}").status_code == 404
    assert payments(app) == [(1, PaymentStatus.FAILED, 10511)]


def test_a_purchase_takes_eight_requests_and_eighty_statements(
    shopper: Shopper, count_statements: Callable[[], Any]
) -> None:
    """With htmx: open, two steps, look, place; card form, pay, and the order's page behind one redirect."""
    shopper.htmx = True
    with count_statements() as seen:
        shopper.checkout()
        shopper.enter_contact()
        shopper.choose_delivery()
        target = target_of(shopper.place())
        shopper.client.get(target)
        paid = shopper.client.post(target, data=card())
        returned = shopper.client.get(paid.headers["Location"])
        shopper.client.get(returned.headers["Location"])
    assert len(seen) <= 80
