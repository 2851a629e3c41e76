"""Opening a cart for changes, on both databases: which order is cancelled and which is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.cart import queries
from kashcraft.cart.models import Cart, CartLine
from kashcraft.cart.queries import CartRef
from kashcraft.cart.rules import Owner
from kashcraft.cart.services import add_line, attach_order
from kashcraft.cart.services.editing import EditableCart, delete_line, make_editable, set_line
from kashcraft.core.db import db, in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.money import Money
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus
from tests.factories.orders import place, stocked

pytestmark = pytest.mark.usefixtures("database", "frozen")


@pytest.fixture
def owner(database: Flask) -> Owner:
    """The owner of a cart with a pending order."""
    product = stocked(5)
    token = in_step(lambda: add_line(owner=Owner(), product_id=product.id)).token
    owner = Owner(token=token)
    order = place((product, 1))
    in_step(lambda: attach_order(cart_id=cart_of(owner).cart_id, order_id=order.id))
    return owner


def cart_of(owner: Owner) -> CartRef:
    cart = queries.find_cart(owner)
    assert cart is not None
    return cart


def status() -> OrderStatus:
    db.session.expire_all()
    return db.session.scalars(sa.select(Order.status)).one()


def test_a_pending_order_is_cancelled_and_detached(owner: Owner) -> None:
    cart = cart_of(owner)
    number = db.session.scalars(sa.select(Order.number)).one()
    opened = in_step(lambda: make_editable(cart=cart))
    assert opened == EditableCart(cart.cart_id, cancelled_order=number)
    assert status() is OrderStatus.CANCELLED
    assert db.session.scalars(sa.select(Cart.pending_order_id)).one() is None
    assert in_step(lambda: make_editable(cart=cart)) == EditableCart(cart.cart_id, cancelled_order="")


def test_a_pending_order_is_reported_without_confirmation(owner: Owner) -> None:
    cart = cart_of(owner)
    with pytest.raises(DomainError) as refusal:
        in_step(lambda: make_editable(cart=cart, ends_order=False))
    number = db.session.scalars(sa.select(Order.number)).one()
    assert (refusal.value.code, refusal.value.details) == (
        "order_waits",
        {"number": number, "total": Money(4500, "USD")},
    )
    assert status() is OrderStatus.PENDING


@pytest.mark.parametrize("ends_order", [True, False])
def test_a_paid_order_is_not_cancelled(owner: Owner, ends_order: bool) -> None:
    cart = cart_of(owner)
    order_id = db.session.scalars(sa.select(Order.id)).one()
    in_step(lambda: orders.mark_paid(order_id=order_id))
    assert in_step(lambda: make_editable(cart=cart, ends_order=ends_order)).cancelled_order == ""
    assert status() is OrderStatus.PAID


def test_a_cart_without_an_order_needs_no_statement(
    count_statements: Callable[[], Any],
) -> None:
    with count_statements() as seen:
        assert make_editable(cart=CartRef(UUID(int=1), None)) == EditableCart(UUID(int=1))
    assert len(seen) == 0


def test_a_line_of_another_cart_is_not_changed(owner: Owner) -> None:
    line_id = db.session.scalars(sa.select(CartLine.id)).one()
    other = EditableCart(UUID(int=1))
    in_step(lambda: set_line(other, line_id, quantity=3))
    in_step(lambda: delete_line(other, line_id))
    assert db.session.scalars(sa.select(CartLine.quantity)).all() == [1]
