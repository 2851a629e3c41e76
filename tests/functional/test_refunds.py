"""Refunds by staff on the page of an order: preview, refund, payment, and the customer's e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
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
from kashcraft.core.signing import sign
from kashcraft.orders import services
from kashcraft.orders.models import Order, OrderEvent, OrderLine, OrderStatus, Refund, RefundState
from kashcraft.payments.models import Payment
from tests.conftest import browser
from tests.factories.orders import paid_by_card, stocked, voucher_terms
from tests.factories.people import person, signed_in
from tests.support.shopper import text_of

HTMX = {"HX-Request": "true", "HX-Target": "refund"}


@dataclass
class Work:
    """An order of three shawls at 100.00 with a discount of 10.00, paid by card, and its refund form."""

    order_id: UUID
    number: str
    line: UUID

    @property
    def page(self) -> str:
        return f"/backoffice/orders/{self.order_id}"

    def form(self, units: int = 0, **values: str) -> dict[str, str]:
        given = {"reason": "One had a moth hole.", "key": "refund-1", **values}
        return {f"units_{self.line.hex}": str(units), **given}


@pytest.fixture
def work(app: Flask, frozen: FrozenClock) -> Work:
    with app.app_context():
        shawl = stocked(9, price="100.00", name="Sozni shawl")
        order = paid_by_card((shawl, 3), voucher=voucher_terms(fixed=1000))
        line = db.session.scalars(sa.select(OrderLine)).one()
        return Work(order.id, order.number, line.id)


@pytest.fixture
def support(app: Flask, work: Work) -> FlaskClient:
    return signed_in(app, Role.SUPPORT)


def stands(app: Flask, work: Work) -> tuple[Any, ...]:
    with app.app_context():
        order = db.session.get_one(Order, work.order_id)
        events = db.session.scalar(sa.select(sa.func.count()).select_from(OrderEvent))
        return (order.status, order.refunded_total, order.refund_status.value, events)


def test_the_page_shows_the_whole_order(support: FlaskClient, work: Work) -> None:
    page = text_of(support.get(work.page))

    for text in (
        work.number, "Sozni shawl", "$100.00 Quantity 3", "12 Larch Lane", "Why this price",
        "3 × Sozni shawl at $100.00 : $300.00", "$10.00 off", "To pay : $295.00", "Order placed",
        "Visa ending 4242", "$295.00 of this order can still be refunded.",
    ):  # fmt: skip
        assert text.replace(" :", ":") in page.replace(" :", ":"), text


@pytest.mark.parametrize("htmx", [False, True])
def test_a_preview_calculates_a_refund_and_changes_nothing(
    app: Flask, support: FlaskClient, work: Work, htmx: bool
) -> None:
    before = stands(app, work)
    answer = support.post(
        f"{work.page}/refund/preview", data=work.form(2, shipping="5.00"), headers=HTMX if htmx else {}
    )

    assert answer.status_code == 200
    assert ("<html" in answer.text) is not htmx
    for text in ("2 units", "$193.33", "$5.00", "Refund $198.33"):
        assert text in text_of(answer), text
    assert 'name="agreed" value="19833"' in answer.text
    assert stands(app, work) == before


@pytest.mark.parametrize("htmx", [False, True])
def test_a_confirmed_refund_is_made_and_paid_once(
    app: Flask, support: FlaskClient, work: Work, sent_emails: list[EmailMessage], htmx: bool
) -> None:
    sent = work.form(1, agreed="9667", restock="y")
    for _ in range(2):
        answer = support.post(f"{work.page}/refund", data=sent, headers=HTMX if htmx else {})
        target = answer.headers["HX-Redirect" if htmx else "Location"]
        assert target == f"{work.page}?notice=refund_made"
    with app.app_context():
        jobs.run_due()
        refund = db.session.scalars(sa.select(Refund)).one()
        assert (refund.amount, refund.state) == (9667, RefundState.DONE)
        payment = db.session.scalars(sa.select(Payment)).one()
        assert payment.refunded_amount == 9667

    assert stands(app, work)[1:3] == (9667, "partial")
    message = sent_emails[-1]
    assert message["Subject"] == f"Your refund of $96.67 for order {work.number}"
    assert "One had a moth hole." in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    page = text_of(support.get(target))
    for text in ("Refund made.", "Partly refunded", "1 refunded", "by Asha Bhat", "Refund paid out"):
        assert text in page, text


def test_refunds_add_up_to_the_whole_order(app: Flask, support: FlaskClient, work: Work) -> None:
    for number, (amount, requested) in enumerate(
        [(1000, {"amount": "10.00"}), (9334, {"units": 1}), (19166, {"units": 2, "shipping": "5.00"})]
    ):
        sent = work.form(agreed=str(amount), key=f"refund-{number}")
        sent |= {f"units_{work.line.hex}": str(requested.pop("units", 0)), **requested}
        assert support.post(f"{work.page}/refund", data=sent).status_code == 303

    assert stands(app, work)[1:3] == (29500, "full")
    assert "can still be refunded" not in support.get(work.page).text
    assert work.number not in support.get("/backoffice/orders").text


@pytest.mark.parametrize(
    ("requested", "said"),
    [
        ({"units": "4"}, "A whole number from 0 to 3."),
        ({"amount": "295.01"}, "Only $295.00 can be refunded as another amount."),
        ({"shipping": "5.01"}, "Only $5.00 of the delivery can still be refunded."),
        ({"amount": "ten"}, "Please enter an amount, for example 12.50."),
        ({"amount": "-1.00"}, "Please enter an amount, for example 12.50."),
        ({"amount": "1.005"}, "Please enter an amount, for example 12.50."),
        ({}, "Please enter what to refund: units, delivery or another amount."),
        ({"amount": "1.00", "reason": ""}, "Please say why, the customer reads it."),
    ],
)
@pytest.mark.parametrize("path", ["refund", "refund/preview"])
def test_an_impossible_refund_is_refused_with_an_explanation_and_the_values_remain(
    app: Flask, support: FlaskClient, work: Work, requested: dict[str, str], said: str, path: str
) -> None:
    before = stands(app, work)
    sent = {**work.form(), "agreed": "100", **requested}
    if "units" in requested:
        sent[f"units_{work.line.hex}"] = requested["units"]
    answer = support.post(f"{work.page}/{path}", data=sent)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "refund-1" in answer.text
    assert stands(app, work) == before


def test_a_changed_amount_must_be_confirmed_again(app: Flask, support: FlaskClient, work: Work) -> None:
    answer = support.post(f"{work.page}/refund", data=work.form(1, agreed="9666"))

    assert answer.status_code == 422
    assert "The refund is $96.67 now." in text_of(answer)
    assert 'name="agreed" value="9667"' in answer.text
    assert stands(app, work)[1] == 0


def test_fulfilment_staff_see_the_order_and_cannot_refund_it(app: Flask, work: Work) -> None:
    before = stands(app, work)
    packer = signed_in(app, Role.FULFILMENT)
    page = packer.get(work.page)

    assert page.status_code == 200
    assert "/refund" not in page.text
    assert f"{work.page}/cancel" not in page.text
    for path in ("refund", "refund/preview", "cancel"):
        sent = work.form(1, agreed="9667")
        assert packer.post(f"{work.page}/{path}", data=sent).status_code == 404
    assert stands(app, work) == before


def test_a_paid_order_cancelled_by_staff_is_refunded_in_full(
    app: Flask, support: FlaskClient, work: Work, sent_emails: list[EmailMessage]
) -> None:
    answer = support.post(f"{work.page}/cancel", data={"reason": "The loom is broken."})
    assert answer.headers["Location"] == f"{work.page}?notice=office_cancelled"
    with app.app_context():
        jobs.run_due()

    assert stands(app, work)[:3] == (OrderStatus.CANCELLED, 29500, "full")
    assert sent_emails[-1]["Subject"] == f"Your refund of $295.00 for order {work.number}"
    again = support.post(f"{work.page}/cancel", data={"reason": "Again"})
    assert again.headers["Location"] == f"{work.page}?notice=office_cancelled"
    assert stands(app, work)[1] == 29500


def test_an_order_in_preparation_can_be_refunded_but_not_cancelled(
    app: Flask, support: FlaskClient, work: Work
) -> None:
    with app.app_context(), step():
        services.start_processing(order_id=work.order_id)
    assert "Cancel this order" not in support.get(work.page).text
    answer = support.post(f"{work.page}/cancel")

    assert answer.headers["Location"] == f"{work.page}?notice=order_elsewhere"
    assert stands(app, work)[:2] == (OrderStatus.PROCESSING, 0)


def test_a_note_is_visible_to_staff_only(app: Flask, work: Work) -> None:
    with app.app_context():
        asha = person(Role.FULFILMENT)
        key = sign("order", [str(work.order_id), 1])
    packer = signed_in(app, user_id=asha)
    answer = packer.post(f"{work.page}/notes", data={"note": "Wants the red one."})
    assert answer.headers["Location"] == f"{work.page}?notice=note_kept"

    assert "Wants the red one., by Asha Bhat" in text_of(packer.get(work.page))
    customers = browser(app).get(f"/orders/{work.number}", query_string={"key": key}).text
    assert "Wants the red one." not in customers
    refused = packer.post(f"{work.page}/notes", data={"note": " "})
    assert (refused.status_code, "Please write a note." in refused.text) == (422, True)


def test_orders_are_found_by_number_and_address(support: FlaskClient, work: Work) -> None:
    for words in (work.number.lower(), "ADA@shop.example"):
        page = support.get("/backoffice/orders", query_string={"find": words}).text
        assert work.page in page
    assert "Nothing found" in support.get("/backoffice/orders?find=KC-1").text


def test_the_customer_sees_what_was_refunded(app: Flask, support: FlaskClient, work: Work) -> None:
    support.post(f"{work.page}/refund", data=work.form(1, agreed="9667"))
    with app.app_context():
        key = sign("order", [str(work.order_id), 1])
    page = text_of(browser(app).get(f"/orders/{work.number}", query_string={"key": key}))

    for text in ("$96.67 on its way back to you", "One had a moth hole.", "1 refunded", "Refunded −$96.67"):
        assert text in page, text


def test_a_fully_refunded_order_shows_no_further_steps(app: Flask, support: FlaskClient, work: Work) -> None:
    with app.app_context():
        key = sign("order", [str(work.order_id), 1])

    def page() -> str:
        return text_of(browser(app).get(f"/orders/{work.number}", query_string={"key": key}))

    assert "You get the full amount back in the way you paid. This cannot be undone." in page()
    support.post(f"{work.page}/refund", data=work.form(1, agreed="9667"))
    assert "You get back what is left of the amount, in the way you paid." in page()
    rest = work.form(2, shipping="5.00", agreed="19833", key="refund-2")
    assert support.post(f"{work.page}/refund", data=rest).status_code == 303

    whole = page()
    assert "Refunded All of this order was refunded, and nothing more will be sent." in whole
    for text in ("being prepared", "Cancel this order", "Preparing"):
        assert text not in whole, text


def test_the_page_takes_a_fixed_number_of_statements(
    app: Flask, support: FlaskClient, work: Work, count_statements: Any
) -> None:
    support.get(work.page)
    with count_statements() as few:
        support.get(work.page)
    for number in range(5):
        support.post(f"{work.page}/refund", data=work.form(amount="1.00", agreed="100", key=f"k{number}"))
    support.get(work.page)
    with count_statements() as many:
        support.get(work.page)

    # One more for the refunds, and one for the names of the actors.
    assert (len(many), few.writes) == (len(few) + 2, [])
    assert len(many) <= 12
