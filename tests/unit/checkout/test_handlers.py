"""A checkout is closed with its paid order, and restarted after an unpaid one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts.rules import Address
from kashcraft.cart import services as cart_services
from kashcraft.cart.rules import Owner
from kashcraft.checkout import handlers, queries, services
from kashcraft.checkout.models import Checkout, CheckoutStatus
from kashcraft.core.db import db, in_step
from kashcraft.core.ids import OrderId, new_id
from kashcraft.events.orders import OrderCancelled, OrderExpired, OrderPaid
from tests.factories import shopping

HOME = Address("Ada Lovelace", "", "1 Main Street", "", "Berkeley", "CA", "94704", "US")
EMAIL = "ada@example.com"


@pytest.fixture
def order_id(database: Flask) -> OrderId:
    """An order that was placed from a complete checkout."""
    shopping.add_taxes_and_delivery()
    bowl = shopping.add_product("Walnut bowl", 4300, stock=5)
    token = in_step(lambda: cart_services.add_line(owner=Owner(), product_id=bowl, quantity=2)).token
    guest = Owner(token=token)
    in_step(lambda: services.save_contact(owner=guest, email=EMAIL, shipping=HOME, billing=None))
    in_step(lambda: services.choose_delivery(owner=guest, code="standard"))
    state = queries.find_checkout_state(guest)
    assert state is not None
    picture = state.snapshot
    db.session.rollback()
    return OrderId(in_step(lambda: services.place_order(owner=guest, seen=picture)).order.id)


def checkouts() -> list[tuple[CheckoutStatus, str | None]]:
    db.session.rollback()
    rows = db.session.execute(sa.select(Checkout.status, Checkout.email).order_by(Checkout.id))
    return [tuple(row) for row in rows]


def test_a_paid_order_closes_its_checkout(order_id: OrderId) -> None:
    for _ in range(2):
        in_step(
            lambda: handlers.close_paid_checkout(
                OrderPaid(order_id, user_id=None, lines=(), email_key="noor@shop.example")
            )
        )
        assert checkouts() == [(CheckoutStatus.CLOSED, EMAIL)]


@pytest.mark.parametrize("ended", [OrderCancelled, OrderExpired])
def test_an_unpaid_order_restarts_the_checkout_with_its_details(
    order_id: OrderId, ended: type[OrderCancelled | OrderExpired]
) -> None:
    assert checkouts() == [(CheckoutStatus.PLACED, EMAIL)]
    for _ in range(2):
        in_step(lambda: handlers.restart_checkout(ended(order_id)))
        assert checkouts() == [(CheckoutStatus.CLOSED, EMAIL), (CheckoutStatus.OPEN, EMAIL)]


def test_an_order_without_a_checkout_changes_nothing(database: Flask) -> None:
    in_step(lambda: handlers.restart_checkout(OrderCancelled(OrderId(new_id()))))

    assert checkouts() == []
