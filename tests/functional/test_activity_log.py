"""The activity log of an operator: one line for each action, without secrets."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from kashcraft.accounts.models import Role
from kashcraft.core import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db
from kashcraft.orders.models import Order, OrderLine, Refund
from tests.factories import shopping
from tests.factories.orders import paid_by_card, place, stocked
from tests.factories.people import person, signed_in
from tests.support.shopper import Shopper, target_of

EVENTS = (
    "order",
    "account",
    "stock",
    "gift card",
    "voucher",
    "points",
    "loyalty",
    "import",
    "message",
    "job",
)


def logged_actions(lines: list[Any]) -> list[dict[str, Any]]:
    """Return the lines of the activity log without their level."""
    return [
        {name: value for name, value in line.items() if name != "log_level"}
        for line in lines
        if line["event"] in EVENTS
    ]


def test_a_guest_orders_and_pays(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        bowl = shopping.add_product("Walnut bowl", 4300, stock=3)
    shopper = Shopper(client)
    shopper.add(bowl, 2)
    with capture_logs() as lines:
        shopper.pay(target_of(shopper.reach_payment()))
    with app.app_context():
        order_id = str(db.session.scalars(sa.select(Order.id)).one())

    assert logged_actions(lines) == [
        {"event": "order", "act": "placed", "actor": "guest", "order_id": order_id},
        {"event": "order", "act": "paid", "actor": "guest", "order_id": order_id},
    ]


def test_staff_refund_an_order_and_the_job_pays_it_out(app: Flask, frozen: FrozenClock) -> None:
    with app.app_context():
        order = paid_by_card((stocked(9, price="100.00"), 3))
        order_id, line = order.id, db.session.scalars(sa.select(OrderLine)).one().id
        staff = person(Role.SUPPORT)
    office = signed_in(app, user_id=staff)
    form = {f"units_{line.hex}": "1", "reason": "One had a moth hole.", "key": "refund-1"}
    with capture_logs() as lines:
        office.post(f"/backoffice/orders/{order_id}/refund", data={**form, "agreed": "10000"})
        with app.app_context():
            jobs.run_due()
    with app.app_context():
        refund = db.session.scalars(sa.select(Refund)).one()
        details = {
            "order_id": str(order_id),
            "amount": refund.amount,
            "currency": "USD",
            "refund_id": str(refund.id),
        }

    found = [line for line in logged_actions(lines) if line["event"] == "order"]
    assert found == [
        {"event": "order", "act": "refunded", "actor": f"staff:{staff}", "units": 1, **details},
        {"event": "order", "act": "refund_done", "actor": "job:payments.return_refund", **details},
    ]


def test_signing_in_is_logged_without_the_address(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        user_id = str(person(email="ada@shop.example"))
    sent = {"email": "ada@shop.example", "password": "not hers at all"}
    with capture_logs() as lines:
        client.post("/account/sign-in", data=sent)
        client.post("/account/sign-in", data={**sent, "email": "nobody@shop.example"})

    refused = {"event": "account", "act": "sign_in_refused", "actor": "guest"}
    assert logged_actions(lines) == [{**refused, "user_id": user_id}, refused]
    assert "shop.example" not in str(lines)


def test_an_unpaid_order_is_ended_by_a_job(app: Flask, frozen: FrozenClock) -> None:
    with app.app_context():
        order_id = str(place((stocked(3), 1)).id)
        frozen.advance(days=1)
        with capture_logs() as lines:
            jobs.find("orders.expire_due")()

    assert logged_actions(lines) == [
        {"event": "order", "act": "expired", "actor": "job:orders.expire_due", "order_id": order_id}
    ]


def test_a_refused_action_is_not_logged(app: Flask) -> None:
    with app.app_context():
        order_id = place((stocked(3), 1)).id
    editor = signed_in(app, Role.EDITOR)
    with capture_logs() as lines:
        answer = editor.post(f"/backoffice/orders/{order_id}/cancel")

    assert answer.status_code in (403, 404)
    assert logged_actions(lines) == []
