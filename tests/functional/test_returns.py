"""Returns: requested on the order's page, decided and received by staff, then refunded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.content import services as content
from kashcraft.core import jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.signing import sign
from kashcraft.inventory.models import Inventory
from kashcraft.orders import services
from kashcraft.orders.models import Order, OrderEvent, OrderLine, Refund, ReturnRequest, ReturnState
from tests.conftest import browser
from tests.factories.orders import paid, stocked
from tests.factories.people import signed_in
from tests.support.shopper import text_of


@dataclass
class Work:
    """A delivered guest order of two shawls, and the key of its page."""

    order_id: UUID
    number: str
    line: UUID
    product_id: UUID
    key: str

    @property
    def page(self) -> str:
        return f"/orders/{self.number}"

    def form(self, units: str = "1", **values: str) -> dict[str, str]:
        return {
            f"units_{self.line.hex}": units, f"reason_{self.line.hex}": "does_not_fit",
            "note": "Too short for me.", "once": "return-1", "key": self.key, **values,
        }  # fmt: skip


@pytest.fixture
def work(app: Flask, frozen: FrozenClock) -> Work:
    with app.app_context():
        product = stocked(5, price="100.00", name="Sozni shawl")
        order = paid((product, 2))
        with step():
            for verb in (services.start_processing, services.mark_shipped, services.mark_delivered):
                verb(order_id=order.id)
        line = db.session.scalars(sa.select(OrderLine.id)).one()
        return Work(order.id, order.number, line, product.id, sign("order", [str(order.id), 1]))


@pytest.fixture
def support(app: Flask, work: Work) -> FlaskClient:
    return signed_in(app, Role.SUPPORT)


def asked(client: FlaskClient, work: Work, **values: str) -> Any:
    return client.post(f"{work.page}/return", data=work.form(**values))


def request_of(app: Flask) -> ReturnRequest:
    with app.app_context():
        return db.session.scalars(sa.select(ReturnRequest)).one()


def said(sent_emails: list[EmailMessage], subject: str) -> str:
    """Return the text of the only e-mail with that subject."""
    (message,) = (message for message in sent_emails if message["Subject"] == subject)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def count(app: Flask, model: type[Any]) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_guest_requests_a_return_with_the_signed_link_and_gets_an_e_mail(
    app: Flask, client: FlaskClient, work: Work, sent_emails: list[EmailMessage]
) -> None:
    order_page = client.get(work.page, query_string={"key": work.key}).text
    link = re.search(r'href="(/orders/[^"]+/return\?[^"]+)"', order_page)
    assert link is not None
    form = text_of(client.get(link[1]))
    assert "You can return items of this order until April 1, 2026." in form
    assert "It does not fit" in form
    for _ in range(2):
        answer = asked(client, work)
        assert answer.status_code == 303
    page = text_of(client.get(answer.headers["Location"]))
    assert "We have your return request. We answer within two working days." in page
    assert "Return requested" in page
    with app.app_context():
        jobs.run_due()
        returned = db.session.scalars(sa.select(ReturnRequest)).one()
        assert (returned.state, returned.note) == (ReturnState.REQUESTED, "Too short for me.")

    assert said(sent_emails, f"We have your return request for order {work.number}")


def test_a_return_is_approved_received_refunded_and_restocked(
    app: Flask, client: FlaskClient, support: FlaskClient, work: Work, sent_emails: list[EmailMessage]
) -> None:
    asked(client, work)
    return_id = request_of(app).id
    assert work.number in support.get("/backoffice/returns").text
    office = f"/backoffice/orders/{work.order_id}"
    page = text_of(support.get(office))
    assert "1 × Sozni shawl: It does not fit Too short for me." in page

    for _ in range(2):
        answer = support.post(f"/backoffice/returns/{return_id}/approve", data={"answer": "Fold it twice."})
        assert answer.headers["Location"] == f"{office}?notice=return_answered"
    with app.app_context():
        jobs.run_due()
    assert "Fold it twice." in said(sent_emails, f"Your return for order {work.number} is approved")
    assert "Return approved" in client.get(work.page, query_string={"key": work.key}).text

    answer = support.post(f"/backoffice/returns/{return_id}/receive")
    assert answer.headers["Location"] == f"{office}?received={return_id}&notice=return_received#refund"
    filled = support.get(answer.headers["Location"]).text
    units = re.search(rf'<input[^>]*name="units_{work.line.hex}"[^>]*>', filled)
    assert units is not None
    assert 'value="1"' in units[0]
    assert re.search(r'<input[^>]*checked[^>]*name="restock"', filled)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', filled)
    assert key is not None
    sent = {
        f"units_{work.line.hex}": "1", "restock": "y", "reason": "Your return has arrived.", "key": key[1],
        "return_id": str(return_id), "agreed": "10000",
    }  # fmt: skip
    assert support.post(f"{office}/refund", data=sent).status_code == 303
    with app.app_context():
        refund = db.session.scalars(sa.select(Refund)).one()
        returned = db.session.scalars(sa.select(ReturnRequest)).one()
        assert (refund.amount, returned.refund_id, returned.state) == (10000, refund.id, ReturnState.RECEIVED)
        on_hand = sa.select(Inventory.quantity).where(Inventory.product_id == work.product_id)
        assert db.session.scalar(on_hand) == 4
        kinds = db.session.scalars(sa.select(OrderEvent.kind).order_by(OrderEvent.sequence)).all()
    assert list(kinds)[5:] == ["return_requested", "return_approved", "return_received", "refunded"]
    assert work.number not in support.get("/backoffice/returns?tab=all").text
    again = support.post(f"{office}/refund", data={**sent, "key": "another"})
    assert "This return has been refunded already" in text_of(again)
    assert count(app, Refund) == 1


def test_a_refused_return_states_the_reason(
    app: Flask, client: FlaskClient, support: FlaskClient, work: Work, sent_emails: list[EmailMessage]
) -> None:
    asked(client, work)
    return_id = request_of(app).id
    support.post(f"/backoffice/returns/{return_id}/refuse", data={"answer": "It was cut to measure."})
    with app.app_context():
        jobs.run_due()

    assert "It was cut to measure." in said(sent_emails, f"About your return request for order {work.number}")
    page = text_of(client.get(work.page, query_string={"key": work.key}))
    assert "Return not possible" in page
    assert "It was cut to measure." in page
    late = support.post(f"/backoffice/returns/{return_id}/receive")
    assert "notice=return_elsewhere" in late.headers["Location"]
    assert request_of(app).state is ReturnState.REFUSED
    assert asked(client, work, once="return-2").status_code == 303
    assert count(app, ReturnRequest) == 2


def test_a_received_return_can_be_refused_with_a_reason(
    app: Flask, client: FlaskClient, support: FlaskClient, work: Work, sent_emails: list[EmailMessage]
) -> None:
    asked(client, work)
    office, office_return = f"/backoffice/orders/{work.order_id}", f"/backoffice/returns/{request_of(app).id}"
    assert "End without a refund" not in support.get(office).text
    support.post(f"{office_return}/receive")
    page = support.get(office).text
    assert f'action="{office_return}/refuse"' in page
    assert "End without a refund" in page
    assert "End without a refund" not in signed_in(app, Role.FULFILMENT).get(office).text
    answer = support.post(f"{office_return}/refuse", data={"answer": "The fringe was cut."})

    assert answer.headers["Location"] == f"{office}?notice=return_answered"
    assert work.number not in support.get("/backoffice/returns?tab=all").text
    with app.app_context():
        jobs.run_due()
    assert "The fringe was cut." in said(sent_emails, f"About your return request for order {work.number}")
    page = text_of(client.get(work.page, query_string={"key": work.key}))
    assert "Return not possible" in page
    assert "End without a refund" not in support.get(office).text


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ("", "Please enter how many items you want to return."),
        ("0", "Please enter how many items you want to return."),
        ("3", "A whole number from 0 to 2."),
        ("-1", "A whole number from 0 to 2."),
    ],
)
def test_an_invalid_number_is_refused_and_the_values_remain(
    app: Flask, client: FlaskClient, work: Work, units: str, said: str
) -> None:
    answer = asked(client, work, units=units)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Too short for me." in answer.text
    assert count(app, ReturnRequest) == 0


def test_a_return_needs_a_chosen_reason(app: Flask, client: FlaskClient, work: Work) -> None:
    form = client.get(f"{work.page}/return", query_string={"key": work.key}).text
    offered = re.search(rf'<select[^>]* name="reason_{work.line.hex}".*?</select>', form, re.DOTALL)
    assert offered
    assert "selected" not in offered[0].replace('selected value=""', "")
    assert text_of(offered[0]).startswith("Choose a reason It arrived damaged")

    answer = asked(client, work, **{f"reason_{work.line.hex}": ""})
    assert answer.status_code == 422
    beside = re.search(rf'id="reason_{work.line.hex}-error">([^<]+)<', answer.text)
    assert beside is not None
    assert beside[1] == "Please choose a reason."
    assert re.search(rf'name="units_{work.line.hex}"[^>]* value="1"', answer.text)
    assert count(app, ReturnRequest) == 0


def test_the_page_of_a_shipped_order_links_to_the_return_policy(
    app: Flask, client: FlaskClient, work: Work
) -> None:
    assert "How returns work" not in client.get(work.page, query_string={"key": work.key}).text
    with app.app_context(), step():
        content.save_page(slug="returns", title="Returns", body="Send it back.")

    page = client.get(work.page, query_string={"key": work.key}).text
    assert '<a class="link" href="/help/returns">How returns work</a>' in page


def test_units_of_an_open_return_cannot_be_requested_again(
    app: Flask, client: FlaskClient, work: Work
) -> None:
    asked(client, work)
    assert "Quantity (of 1)" in text_of(client.get(f"{work.page}/return", query_string={"key": work.key}))
    assert asked(client, work, units="2", once="return-2").status_code == 422
    assert asked(client, work, once="return-2").status_code == 303

    page = client.get(work.page, query_string={"key": work.key}).text
    assert "Return items" not in page
    assert count(app, ReturnRequest) == 2


def test_a_return_is_refused_thirty_days_after_delivery(
    app: Flask, client: FlaskClient, work: Work, frozen: FrozenClock
) -> None:
    frozen.advance(days=29, hours=23)
    assert client.get(f"{work.page}/return", query_string={"key": work.key}).status_code == 200
    frozen.advance(hours=1)

    assert client.get(f"{work.page}/return", query_string={"key": work.key}).status_code == 404
    assert asked(client, work).status_code == 404
    assert "Return items" not in client.get(work.page, query_string={"key": work.key}).text
    assert count(app, ReturnRequest) == 0


def test_other_visitors_cannot_request_a_return(app: Flask, client: FlaskClient, work: Work) -> None:
    eve = signed_in(app)
    for who, key in ((client, ""), (client, work.key[:-2]), (eve, "")):
        assert who.get(f"{work.page}/return", query_string={"key": key}).status_code == 404
        assert asked(who, work, key=key).status_code == 404
    assert count(app, ReturnRequest) == 0


def test_an_order_before_shipping_can_be_cancelled_but_not_returned(
    app: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    with app.app_context():
        order = paid((stocked(5), 1))
        key = sign("order", [str(order.id), 1])
        number = order.number

    assert client.get(f"/orders/{number}/return", query_string={"key": key}).status_code == 404
    assert "Return items" not in client.get(f"/orders/{number}", query_string={"key": key}).text


def test_fulfilment_staff_receive_returns_but_cannot_decide(
    app: Flask, client: FlaskClient, work: Work
) -> None:
    asked(client, work)
    return_id = request_of(app).id
    packer = signed_in(app, Role.FULFILMENT)
    for decision in ("approve", "refuse"):
        assert packer.post(f"/backoffice/returns/{return_id}/{decision}").status_code == 404
    assert request_of(app).state is ReturnState.REQUESTED

    assert packer.post(f"/backoffice/returns/{return_id}/receive").status_code == 303
    assert request_of(app).state is ReturnState.RECEIVED
    page = packer.get(f"/backoffice/orders/{work.order_id}")
    assert "Refund this return" not in page.text
    assert "/refund" not in page.text


def test_the_list_has_a_tab_and_a_next_step_for_each_state(
    app: Flask, client: FlaskClient, support: FlaskClient, work: Work
) -> None:
    asked(client, work)
    return_id, order = request_of(app).id, f"/backoffice/orders/{work.order_id}"

    def row(tab: str) -> str:
        page = support.get(f"/backoffice/returns?tab={tab}").text
        found = re.search(rf'<tr id="returns-{return_id}">.*?</tr>', page, re.DOTALL)
        return found[0] if found else ""

    assert f'href="{order}?answer={return_id}#answer-{return_id}"' in row("answer")
    page = support.get(f"{order}?answer={return_id}").text
    assert re.search(
        rf'<li [^>]*id="answer-{return_id}">.*?<details class="disclosure" open>', page, re.DOTALL
    )
    support.post(f"/backoffice/returns/{return_id}/approve")
    assert (row("answer"), f'action="/backoffice/returns/{return_id}/receive"' in row("receive")) == (
        "",
        True,
    )
    support.post(f"/backoffice/returns/{return_id}/receive")
    assert f'href="{order}?received={return_id}#refund"' in row("refund")
    assert row("receive") == ""
    assert text_of(row("all")).startswith(work.number)
    export = support.get("/backoffice/returns?tab=refund&format=csv").text
    assert f"{work.number},2026-03-02T10:00:00+00:00," in export


def test_the_list_takes_a_fixed_number_of_statements(
    app: Flask, client: FlaskClient, support: FlaskClient, work: Work, count_statements: Any
) -> None:
    asked(client, work)
    support.get("/backoffice/returns")
    with count_statements() as one:
        support.get("/backoffice/returns")
    asked(client, work, once="return-2")
    with count_statements() as two:
        support.get("/backoffice/returns")

    assert len(one) == len(two)


def test_an_unknown_return_is_not_found(app: Flask, support: FlaskClient) -> None:
    nobody = UUID(int=7)

    assert support.post(f"/backoffice/returns/{nobody}/receive").status_code == 404
    assert support.get(f"/backoffice/orders/{nobody}").status_code == 404
    assert browser(app).get(f"/backoffice/orders/{nobody}").status_code == 303
    assert count(app, Order) == 1
