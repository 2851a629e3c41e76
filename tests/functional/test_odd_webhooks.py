"""Webhooks with a valid signature that cannot be read, and payments that the database refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.books import queries as books
from kashcraft.core import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.orders.models import Order, OrderEvent, OrderStatus
from kashcraft.payments.gateways.cards import CARDS
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment, PaymentStatus, WebhookReceipt
from tests.factories.orders import open_payment, place, stocked

DATA = {
    "key": str(new_id()), "reference": "pi_1", "status": "succeeded", "amount": 4500, "currency": "USD",
    "decline_code": None, "brand": "Visa", "last4": "4242",
}  # fmt: skip
WHOLE = {"id": "evt_1", "type": "payment.succeeded", "created": 1, "data": DATA}
DEEP = b"[" * 60_000


def sent(client: FlaskClient, body: bytes) -> int:
    """Send a body with the processor's signature and return the status of the response."""
    headers = {"X-Sandbox-Signature": gateway().sign(body)}
    return client.post("/payments/webhooks/sandbox", data=body, headers=headers).status_code


def with_data(**changes: Any) -> bytes:
    return json.dumps({**WHOLE, "data": DATA | changes}).encode()


ODD = {
    "no JSON": b"hello",
    "not UTF-8": b"\xff\xfe{",
    "nothing": b"",
    "a list": b"[1, 2]",
    "null": b"null",
    "nested deeply": DEEP,
    "no id": json.dumps({**WHOLE, "id": None}).encode(),
    "a long id": json.dumps({**WHOLE, "id": "e" * 121}).encode(),
    "no type": json.dumps({key: value for key, value in WHOLE.items() if key != "type"}).encode(),
    "no data": json.dumps({**WHOLE, "data": None}).encode(),
    "data of another kind": json.dumps({**WHOLE, "data": [DATA]}).encode(),
    "no key": with_data(key=None),
    "a key that is no id": with_data(key="order 7"),
    "an unknown status": with_data(status="teleported"),
    "a status of another kind": with_data(status={"a": 1}),
    "an amount as a text": with_data(amount="4500"),
    "an amount as a fraction": with_data(amount=45.5),
    "an amount that is true": with_data(amount=True),
    "an amount that is no number": with_data(amount=float("nan")),
    "an amount of 30 digits": with_data(amount=10**30),
    "an amount below zero": with_data(amount=-1),
    "a NUL in the reference": with_data(reference="pi\x00"),
    "a long reference": with_data(reference="p" * 5000),
    "a long currency": with_data(currency="DOLLAR"),
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_an_unreadable_webhook_is_stored_once_with_its_error(
    database: Flask, client: FlaskClient, body: bytes
) -> None:
    assert [sent(client, body), sent(client, body)] == [204, 204]

    receipt = db.session.scalars(sa.select(WebhookReceipt)).one()
    assert (receipt.kind, receipt.processed_at) == ("unreadable", None)
    assert receipt.data["error"]
    assert len(receipt.data["body"]) <= 4000


ONLY_SHOWN: dict[str, tuple[dict[str, Any], tuple[str | None, str | None]]] = {
    "a long brand": ({"brand": "Carte Bancaire Visa Debit Premium"}, ("Carte Bancaire Visa Debi", "4242")),
    "control characters": ({"brand": " Vi\x00sa\n", "last4": "4\u200b242"}, ("Visa", "4242")),
    "empty texts": ({"brand": "", "last4": ""}, (None, None)),
    "other kinds": ({"brand": {"name": "Visa"}, "last4": 4242, "decline_code": 5}, (None, None)),
    "five last digits": ({"last4": "42424"}, ("Visa", None)),
    "more than is known": ({"wallet": {"type": "phone"}}, ("Visa", "4242")),
}


@pytest.mark.parametrize(("changes", "card"), ONLY_SHOWN.values(), ids=ONLY_SHOWN.keys())
def test_invalid_display_values_do_not_prevent_a_payment(
    database: Flask,
    client: FlaskClient,
    frozen: FrozenClock,
    changes: dict[str, Any],
    card: tuple[str | None, str | None],
) -> None:
    order = place((stocked(5), 1))
    payment_id = open_payment(order).id

    assert sent(client, with_data(key=str(payment_id), **changes)) == 204
    db.session.rollback()
    payment = db.session.get_one(Payment, payment_id)
    assert (payment.card_brand, payment.card_last4, payment.decline_code) == (*card, None)
    assert db.session.get_one(Order, order.id).status is OrderStatus.PAID


def test_display_values_may_be_missing(database: Flask, client: FlaskClient, frozen: FrozenClock) -> None:
    order = place((stocked(5), 1))
    data = DATA | {"key": str(open_payment(order).id)}
    decides = {key: data[key] for key in ("key", "reference", "status", "amount", "currency")}

    assert sent(client, json.dumps({**WHOLE, "data": decides}).encode()) == 204
    db.session.rollback()
    assert db.session.get_one(Order, order.id).status is OrderStatus.PAID


def test_an_unreadable_event_is_processed_once_when_it_is_sent_readable(
    database: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    order = place((stocked(5), 1))
    key = str(open_payment(order).id)
    odd, right = with_data(key=key, amount="4500"), with_data(key=key)

    assert [sent(client, body) for body in (odd, odd, right, right, odd)] == [204] * 5

    db.session.rollback()
    receipt = db.session.scalars(sa.select(WebhookReceipt)).one()
    assert (receipt.kind, receipt.data["status"]) == ("payment.succeeded", "succeeded")
    assert receipt.processed_at == frozen.moment
    assert db.session.get_one(Order, order.id).status is OrderStatus.PAID
    paid = sa.select(sa.func.count()).select_from(OrderEvent).where(OrderEvent.kind == "paid")
    assert db.session.scalar(paid) == 1


@pytest.mark.parametrize("changes", [{}, {"amount": 1}, {"currency": "EUR"}])
def test_a_payment_of_an_unknown_order_is_stored_as_a_receipt(
    database: Flask, client: FlaskClient, changes: dict[str, Any]
) -> None:
    assert sent(client, with_data(**changes)) == 204
    assert db.session.scalars(sa.select(WebhookReceipt.kind)).all() == ["payment.succeeded"]


def test_a_payment_of_another_amount_does_not_pay_the_order(
    database: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    order = place((stocked(5), 1))
    payment = open_payment(order)
    body = with_data(key=str(payment.id), amount=payment.amount - 1)

    assert sent(client, body) == 204
    db.session.rollback()
    assert db.session.get_one(Payment, payment.id).status is PaymentStatus.CREATED
    assert db.session.get_one(Order, order.id).status is OrderStatus.PENDING


REFUSING = {
    "sqlite": [
        "CREATE TRIGGER nothing_is_paid BEFORE UPDATE OF paid_at ON orders"
        " BEGIN SELECT RAISE(ABORT, 'no order is paid'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION nothing_is_paid() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'no order is paid' USING ERRCODE = '23514'; END $$",
        "CREATE TRIGGER nothing_is_paid BEFORE UPDATE OF paid_at ON orders"
        " FOR EACH ROW EXECUTE FUNCTION nothing_is_paid()",
    ],
}
ALLOWING = {
    "sqlite": ["DROP TRIGGER nothing_is_paid"],
    "postgresql": ["DROP TRIGGER nothing_is_paid ON orders", "DROP FUNCTION nothing_is_paid()"],
}


@pytest.fixture
def no_order_can_be_paid(database: Flask) -> Iterator[None]:
    """Let the database refuse every update that marks an order as paid."""
    name = db.engine.dialect.name
    for statements in (REFUSING, ALLOWING):
        with step() as session:
            for statement in statements[name]:
                session.execute(sa.text(statement))
        if statements is REFUSING:
            yield


@pytest.mark.usefixtures("no_order_can_be_paid")
def test_a_payment_that_cannot_be_recorded_is_refunded_with_a_note_for_staff(
    database: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    order = place((stocked(5), 1))
    payment = open_payment(order)
    reference = payment.gateway_reference or ""
    event = processor().pay(reference, CARDS[0])
    assert event is not None

    assert [sent(client, event.body), sent(client, event.body)] == [204, 204]
    db.session.rollback()
    jobs.run_due()

    assert processor().refunded(reference) == payment.amount
    db.session.expire_all()
    returned = db.session.get_one(Payment, payment.id)
    assert (returned.status, returned.refunded_amount) == (PaymentStatus.SUCCEEDED, payment.amount)
    assert db.session.get_one(Order, order.id).status is OrderStatus.PENDING
    notes = db.session.scalars(sa.select(OrderEvent.note).where(OrderEvent.kind == "note")).all()
    assert len(notes) == 1
    assert "could not be entered for this order and goes back to the card" in (notes[0] or "")
    assert "no order is paid" in (notes[0] or "")
    assert books.list_differences() == []


@pytest.mark.usefixtures("no_order_can_be_paid")
def test_a_reconciled_payment_that_cannot_be_recorded_is_refunded(
    database: Flask, frozen: FrozenClock
) -> None:
    order = place((stocked(5), 1))
    payment = open_payment(order)
    reference = payment.gateway_reference or ""
    processor().pay(reference, CARDS[0])
    frozen.advance(minutes=4)

    jobs.find("payments.reconcile")()
    jobs.run_due()

    assert processor().refunded(reference) == payment.amount
