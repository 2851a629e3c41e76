"""Refunds that the processor refuses: staff retry them, and the customer sees what is still to come."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.core import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.core.settings import settings
from kashcraft.core.signing import sign
from kashcraft.orders import services
from kashcraft.orders.models import Order, OrderEvent, Refund, RefundState
from kashcraft.payments.models import Payment
from tests.conftest import browser
from tests.factories.orders import card_terms, paid_by_card, stocked
from tests.factories.people import signed_in
from tests.support.shopper import text_of


def holds(reference: str, minor: int) -> None:
    """Let the processor hold so many minor units of a payment, whatever was paid."""
    with closing(sqlite3.connect(settings().instance_path / "sandbox_processor.db")) as store, store:
        store.execute("UPDATE intents SET refunded = amount - ? WHERE reference = ?", (minor, reference))


@dataclass
class Refused:
    """An order of 85.00, of which a gift card paid 20.00, and its refund, which the processor refuses."""

    order_id: UUID
    number: str
    refund_id: UUID
    reference: str

    @property
    def page(self) -> str:
        return f"/backoffice/orders/{self.order_id}"

    @property
    def retry(self) -> str:
        return f"{self.page}/refunds/{self.refund_id}/retry"


@pytest.fixture
def refused(app: Flask, frozen: FrozenClock) -> Refused:
    with app.app_context():
        order = paid_by_card((stocked(5, name="Sozni shawl"), 2), gift_cards=(card_terms(2000),))
        with step():
            made = services.refund_in_full(order_id=order.id, reason="The loom is broken.")
            assert made is not None
        reference = db.session.scalars(sa.select(Payment.gateway_reference)).one() or ""
        holds(reference, 0)
        jobs.run_due()
        return Refused(order.id, order.number, made.id, reference)


@pytest.fixture
def support(app: Flask, refused: Refused) -> FlaskClient:
    return signed_in(app, Role.SUPPORT)


def customers_page(app: Flask, refused: Refused) -> str:
    with app.app_context():
        key = sign("order", [str(refused.order_id), 1])
    return text_of(browser(app).get(f"/orders/{refused.number}", query_string={"key": key}))


def books(app: Flask, refused: Refused) -> tuple[Any, ...]:
    with app.app_context():
        return (
            db.session.get_one(Refund, refused.refund_id).state,
            db.session.scalars(sa.select(Payment.refunded_amount)).one(),
            db.session.get_one(Order, refused.order_id).refunded_total,
        )


def happened(app: Flask, refused: Refused) -> list[str]:
    kinds = sa.select(OrderEvent.kind).where(OrderEvent.order_id == refused.order_id)
    with app.app_context():
        return list(db.session.scalars(kinds.order_by(OrderEvent.sequence)))


def test_staff_see_that_a_refund_was_refused_and_why(
    app: Flask, support: FlaskClient, refused: Refused
) -> None:
    page = text_of(support.get(refused.page))

    assert (
        f"The loom is broken. Refused {refused.reference} does not hold 6500 Amount $85.00 Try again" in page
    )
    assert "Refund refused by the payment provider March 2, 2026, 10:00 AM $65.00, pi_" in page
    listed = text_of(support.get("/backoffice/orders"))
    assert f"Refunds that were refused {refused.number} : $65.00, The loom is broken." in listed
    assert books(app, refused) == (RefundState.FAILED, 0, 8500)


def test_the_customer_sees_refunded_and_outstanding_amounts(app: Flask, refused: Refused) -> None:
    page = customers_page(app, refused)

    assert "$65.00 still to be paid back" in page
    assert (
        "The loom is broken. Our payment provider has not accepted it yet. We see to it; you need to do"
        " nothing. $20.00 is back on the gift card that paid."
    ) in page
    assert "Refunded −$20.00 Refund still to come −$65.00" in page
    assert "on its way back to you" not in page


def test_a_retried_refund_is_paid_once(app: Flask, refused: Refused) -> None:
    asha = signed_in(app, Role.OWNER)
    with app.app_context():
        holds(refused.reference, 6500)

    pressed = [asha.post(refused.retry).headers["Location"] for _ in range(2)]
    assert pressed == [f"{refused.page}?notice={notice}" for notice in ("refund_retried", "refund_elsewhere")]
    assert happened(app, refused)[-2:] == ["refund_failed", "refund_retried"]
    assert books(app, refused)[0] is RefundState.PENDING
    with app.app_context():
        jobs.run_due()
    late = asha.post(refused.retry)

    assert late.headers["Location"] == f"{refused.page}?notice=refund_elsewhere"
    assert happened(app, refused)[-2:] == ["refund_retried", "refund_done"]
    assert books(app, refused) == (RefundState.DONE, 6500, 8500)
    page = text_of(asha.get(refused.page))
    assert "Refund tried again March 2, 2026, 10:00 AM $65.00, by Asha Bhat" in page
    assert "Try again" not in page
    assert "Refunds that were refused" not in text_of(asha.get("/backoffice/orders"))
    assert "$85.00 refunded" in customers_page(app, refused)


def test_a_retry_that_is_refused_is_shown_again(app: Flask, support: FlaskClient, refused: Refused) -> None:
    with app.app_context():
        holds(refused.reference, 100)
    answer = support.post(refused.retry)
    assert answer.headers["Location"] == f"{refused.page}?notice=refund_retried"
    with app.app_context():
        jobs.run_due()

    assert happened(app, refused)[-3:] == ["refund_failed", "refund_retried", "refund_failed"]
    assert "Try again" in support.get(refused.page).text
    assert books(app, refused) == (RefundState.FAILED, 0, 8500)


def test_staff_without_permission_see_the_state_but_no_button(app: Flask, refused: Refused) -> None:
    packer = signed_in(app, Role.FULFILMENT)
    page = packer.get(refused.page).text

    assert "does not hold 6500" in page
    assert "Try again" not in page
    assert "Refunds that were refused" not in packer.get("/backoffice/orders").text
    assert packer.post(refused.retry).status_code == 404
    assert books(app, refused)[0] is RefundState.FAILED


def test_a_refund_of_another_order_is_not_found(app: Flask, support: FlaskClient, refused: Refused) -> None:
    with app.app_context():
        other = paid_by_card((stocked(1), 1))
        pages = [f"/backoffice/orders/{order_id}/refunds" for order_id in (other.id, refused.order_id)]
    strange = [f"{pages[0]}/{refused.refund_id}/retry", f"{pages[1]}/{new_id()}/retry"]

    assert [support.post(url).status_code for url in strange] == [404, 404]
    assert happened(app, refused)[-1] == "refund_failed"
