"""The page of an order in the back office: its two columns, its next step, and its folded forms."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.core.db import step
from kashcraft.core.ids import OrderId
from kashcraft.loyalty import services as loyalty
from kashcraft.orders.models import Order
from tests.factories.orders import paid, place, stocked
from tests.factories.people import person, signed_in
from tests.support.shopper import text_of


def order_of(app: Flask) -> Order:
    with app.app_context():
        return paid((stocked(5, name="Walnut bowl"), 1))


def page_of(order_id: OrderId) -> str:
    return f"/backoffice/orders/{order_id}"


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    return signed_in(app, Role.OWNER)


def test_the_next_step_is_the_only_filled_button_and_its_undo_returns_to_the_page(
    app: Flask, owner: FlaskClient
) -> None:
    order = order_of(app)
    page = page_of(order.id)
    assert re.findall(r'data-kind="primary".*?button__text">([^<]+)<', owner.get(page).text) == [
        "Start preparing"
    ]

    answer = owner.post(f"{page}/processing", data={"on_page": "1"})
    assert answer.headers["Location"].startswith(f"{page}?undo=")
    moved = owner.get(answer.headers["Location"]).text
    assert f"{order.number}: being prepared." in moved
    assert "Mark as shipped" in moved

    undone = owner.post("/backoffice/orders/undo/processing", data={"ids": [str(order.id)], "on_page": "1"})
    assert undone.headers["Location"].startswith(f"{page}?")
    assert "Start preparing" in owner.get(page).text


def test_support_staff_have_no_next_step_and_packers_no_refund(app: Flask) -> None:
    page = page_of(order_of(app).id)

    assert "Start preparing" not in signed_in(app, Role.SUPPORT).get(page).text
    assert "Calculate refund" not in signed_in(app, Role.FULFILMENT).get(page).text


def test_forms_are_folded_until_they_are_needed(app: Flask, owner: FlaskClient) -> None:
    page = page_of(order_of(app).id)
    assert "<details" in owner.get(page).text
    assert not re.search(r"<details[^>]* open", owner.get(page).text)

    preview = owner.post(f"{page}/refund/preview", data={"reason": "", "key": "one"})
    assert preview.status_code == 422
    assert re.findall(r"<details[^>]* open>\s*<summary>([^<]+)<", preview.text) == ["Refund"]


def test_an_order_links_to_its_invoice_and_to_the_orders_of_its_customer(
    app: Flask, owner: FlaskClient
) -> None:
    order = order_of(app)
    page = owner.get(page_of(order.id)).text

    invoice = re.search(rf'href="(/orders/{order.number}/invoice\?key=[^"]+)"', page)
    assert invoice
    assert owner.get(invoice[1]).status_code == 200
    others = re.search(r'href="(/backoffice/orders\?tab=all&amp;find=[^"]+)"', page)
    assert others
    assert order.number in owner.get(others[1].replace("&amp;", "&")).text
    assert "Same as the delivery address" in page
    assert "Member page" not in page


def test_an_unpaid_order_has_no_invoice_and_no_step(app: Flask, owner: FlaskClient) -> None:
    with app.app_context():
        order_id = place((stocked(5), 1)).id
    page = text_of(owner.get(page_of(order_id)))

    assert "Status Waiting for payment Customer" in page
    assert "Invoice" not in page


def test_the_order_of_a_member_links_to_the_member_for_those_who_may_see_members(app: Flask) -> None:
    with app.app_context():
        user_id = person()
        with step():
            loyalty.open_account(user_id=user_id)
        order_id = paid((stocked(5), 1), user_id=user_id).id
    link = f'href="/backoffice/loyalty/members/{user_id}"'

    assert link in signed_in(app, Role.SUPPORT).get(page_of(order_id)).text
    assert link not in signed_in(app, Role.FULFILMENT).get(page_of(order_id)).text
