"""Adding the lines of a cancelled or expired order to the cart again from the order's page."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.cart.models import CartLine
from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.core.signing import sign
from kashcraft.inventory import services as inventory
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus
from tests.conftest import browser
from tests.factories import shopping
from tests.factories.orders import place, stocked
from tests.support.shopper import Shopper, text_of


@pytest.fixture
def bowl(app: Flask, frozen: clock.FrozenClock) -> UUID:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        return shopping.add_product("Walnut bowl", 4300, stock=10)


@pytest.fixture
def ordered(app: Flask, client: FlaskClient, bowl: UUID) -> tuple[str, str]:
    """Return the page and the key of an unpaid order of two bowls, placed by a guest in another browser."""
    buyer = Shopper(browser(app))
    buyer.add(bowl, 2)
    buyer.reach_payment()
    with app.app_context():
        order = db.session.scalars(sa.select(Order)).one()
        with step():
            orders.cancel(order_id=order.id)
        return order.number, sign("order", [str(order.id), 1])


def cart_units(app: Flask) -> list[tuple[UUID, int]]:
    with app.app_context():
        rows = db.session.execute(sa.select(CartLine.product_id, CartLine.quantity, CartLine.cart_id))
        lines = list(rows)
        newest = max(row.cart_id for row in lines)
        return [(row.product_id, row.quantity) for row in lines if row.cart_id == newest]


def again(client: FlaskClient, ordered: tuple[str, str]) -> str:
    number, key = ordered
    answer = client.post(f"/cart/orders/{number}", data={"key": key})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_a_guest_with_the_link_restores_the_order_once(
    app: Flask, client: FlaskClient, ordered: tuple[str, str], bowl: UUID
) -> None:
    number, key = ordered
    page = client.get(f"/orders/{number}", query_string={"key": key}).text
    assert f'action="/cart/orders/{number}"' in page
    assert "Put them in my bag again" in page
    assert "Print invoice" not in page
    for _ in range(2):
        assert again(client, ordered) == "/cart?notice=order_again"
        assert cart_units(app) == [(bowl, 2)]
    shown = text_of(client.get("/cart?notice=order_again"))
    assert "The items of your order are in your bag again." in shown
    assert "Walnut bowl" in shown


def test_units_in_the_cart_already_count(
    app: Flask, client: FlaskClient, ordered: tuple[str, str], bowl: UUID
) -> None:
    Shopper(client).add(bowl, 3)
    again(client, ordered)
    assert cart_units(app) == [(bowl, 3)]


def test_unavailable_products_are_named(
    app: Flask, client: FlaskClient, ordered: tuple[str, str], bowl: UUID
) -> None:
    with app.app_context(), step():
        inventory.adjust(product_id=bowl, change=-9, key="counted")
    target = again(client, ordered)
    assert cart_units(app) == [(bowl, 1)]
    assert "Only 1 of Walnut bowl is left, and it is in your bag." in text_of(client.get(target))


def test_a_notice_says_that_no_product_is_available(
    app: Flask, client: FlaskClient, ordered: tuple[str, str], bowl: UUID
) -> None:
    with app.app_context(), step():
        inventory.adjust(product_id=bowl, change=-10, key="counted")
    target = again(client, ordered)
    assert target.startswith(f"/orders/{ordered[0]}?")
    assert "None of these items can be ordered any more." in text_of(client.get(target))


def test_other_visitors_and_pending_orders_are_refused(
    app: Flask, client: FlaskClient, ordered: tuple[str, str]
) -> None:
    assert client.post(f"/cart/orders/{ordered[0]}").status_code == 404
    with app.app_context():
        open_one = place((stocked(1), 1))
        number, key = open_one.number, sign("order", [str(open_one.id), 1])
    assert client.post(f"/cart/orders/{number}", data={"key": key}).status_code == 404
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CartLine)) == 1


def test_unsigned_messages_are_not_shown(client: FlaskClient) -> None:
    assert "Call this number" not in client.get("/cart?left_out=Call+this+number").text


def test_another_pending_order_is_cancelled_only_after_confirmation(
    app: Flask, client: FlaskClient, ordered: tuple[str, str], bowl: UUID
) -> None:
    number, key = ordered
    shopper = Shopper(client)
    with app.app_context():
        tray = shopping.add_product("Tray", 2000)
    shopper.add(tray)
    shopper.reach_payment()
    with app.app_context():
        waiting = db.session.scalars(sa.select(Order).where(Order.number != number)).one()

    asked = client.post(f"/cart/orders/{number}", data={"key": key})
    assert asked.status_code == 409
    assert f"Order {waiting.number} is then cancelled, nothing is charged" in text_of(asked)
    assert f'<input type="hidden" name="key" value="{key}">' in asked.text
    assert cart_units(app) == [(tray, 1)]

    anew = client.post(f"/cart/orders/{number}", data={"key": key, "anew": "1"})
    assert anew.headers["Location"] == "/cart?notice=order_again"
    assert sorted(cart_units(app)) == sorted([(tray, 1), (bowl, 2)])
    with app.app_context():
        assert db.session.get_one(Order, waiting.id).status is OrderStatus.CANCELLED
