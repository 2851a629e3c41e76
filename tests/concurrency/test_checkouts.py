"""A checkout in two tabs: an order goes where its buyer was last told, whoever is faster."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts.rules import Address
from kashcraft.cart import queries as carts
from kashcraft.cart import services as cart_services
from kashcraft.cart.rules import Owner
from kashcraft.checkout import queries, services
from kashcraft.checkout.models import Checkout, CheckoutStatus
from kashcraft.core.db import db, in_step
from kashcraft.core.errors import DomainError
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus
from tests.conftest import browser
from tests.factories import shopping

HOME = Address("Ada Lovelace", "", "1 Main Street", "", "Berkeley", "CA", "94704", "US")
ELSEWHERE = Address("Ada Lovelace", "", "2 Side Street", "", "Berkeley", "CA", "94704", "US")


@pytest.fixture
def owner(database: Flask) -> Owner:
    """A guest who has filled in both steps."""
    shopping.add_taxes_and_delivery()
    bowl = shopping.add_product("Walnut bowl", 4300, stock=5)
    guest = Owner(token=in_step(lambda: cart_services.add_line(owner=Owner(), product_id=bowl)).token)
    told(guest, HOME)
    in_step(lambda: services.choose_delivery(owner=guest, code="standard"))
    return guest


def told(owner: Owner, address: Address) -> None:
    in_step(
        lambda: services.save_contact(owner=owner, email="ada@example.com", shipping=address, billing=None)
    )


def add(owner: Owner, product_id: UUID) -> None:
    in_step(lambda: cart_services.add_line(owner=owner, product_id=product_id))


def placed(owner: Owner) -> None:
    state = queries.find_checkout_state(owner)
    assert state is not None
    seen = state.snapshot
    in_step(lambda: services.place_order(owner=owner, seen=seen))


@contextmanager
def in_the_other_tab(app: Flask, before: str, work: Callable[[], Any]) -> Iterator[list[str]]:
    """Do ``work`` in another tab right before a statement that begins like this, as far as the database lets
    it; give the code of its refusal.
    """
    refusals: list[str] = []

    def run() -> None:
        with app.app_context():
            try:
                work()
            except DomainError as refusal:
                refusals.append(refusal.code)
            finally:
                db.session.remove()

    other = threading.Thread(target=run)

    def interfere(_conn: Any, _cursor: Any, text: str, *_: Any) -> None:
        if text.startswith(before) and other.ident is None:
            other.start()
            # On SQLite the other one waits for this step to end.
            other.join(timeout=20 if db.engine.dialect.name == "postgresql" else 0.2)

    sa.event.listen(db.engine, "before_cursor_execute", interfere)
    try:
        yield refusals
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", interfere)
        other.join(timeout=20)


def streets() -> set[tuple[str, str]]:
    """Return where each order goes that waits for its money, and where its checkout says that it goes."""
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Order.shipping_address, Checkout.shipping_address)
        .join(Checkout, Checkout.id == Order.checkout_id)
        .where(Order.status == OrderStatus.PENDING, Checkout.status == CheckoutStatus.PLACED)
    )
    return {(order["street_address"], told["street_address"]) for order, told in rows}


def test_a_first_step_that_is_sent_twice_begins_one_checkout(database: Flask) -> None:
    shopping.add_taxes_and_delivery()
    bowl = shopping.add_product("Walnut bowl", 4300, stock=5)
    guest = Owner(token=in_step(lambda: cart_services.add_line(owner=Owner(), product_id=bowl)).token)
    with in_the_other_tab(database, "INSERT INTO checkouts", lambda: told(guest, ELSEWHERE)) as refusals:
        told(guest, HOME)
    (checkout,) = db.session.scalars(sa.select(Checkout)).all()
    last = {"postgresql": HOME, "sqlite": ELSEWHERE}[db.engine.dialect.name]
    assert (checkout.status, checkout.shipping_address) == (CheckoutStatus.OPEN, last.to_dict())
    assert refusals == []


def test_an_address_that_is_told_while_the_order_is_written_is_not_passed_over(
    database: Flask, owner: Owner
) -> None:
    refused = ""
    with in_the_other_tab(database, "INSERT INTO orders", lambda: told(owner, ELSEWHERE)):
        try:
            placed(owner)
        except DomainError as refusal:
            refused = refusal.code
    assert refused == ("checkout_changed" if db.engine.dialect.name == "postgresql" else "")
    assert streets() == set()
    told_last = db.session.scalars(
        sa.select(Checkout.shipping_address).where(Checkout.status == CheckoutStatus.OPEN)
    ).one()
    assert told_last == ELSEWHERE.to_dict()


def test_an_address_that_is_told_after_the_order_was_written_is_refused(
    database: Flask, owner: Owner
) -> None:
    refused = ""
    with in_the_other_tab(database, "UPDATE checkouts", lambda: placed(owner)) as refusals:
        try:
            told(owner, ELSEWHERE)
        except DomainError as refusal:
            refused = refusal.code
    if db.engine.dialect.name == "postgresql":
        assert (refused, refusals) == ("checkout_changed", [])
        assert streets() == {("1 Main Street", "1 Main Street")}
    else:
        assert (refused, refusals) == ("", ["order_changed"])
        assert streets() == set()


def test_a_piece_that_is_added_while_the_order_is_written_stays_in_the_bag(
    database: Flask, owner: Owner
) -> None:
    cap = shopping.add_product("Wool cap", 2000, stock=5)
    with in_the_other_tab(database, "INSERT INTO orders", lambda: add(owner, cap)):
        placed(owner)
    (order,) = db.session.scalars(sa.select(Order)).all()
    if order.status is OrderStatus.PENDING:
        in_step(lambda: orders.mark_paid(order_id=order.id))
    assert cap in {item.product_id for item in carts.get_contents(owner).items}


def test_the_tab_that_came_too_late_shows_how_it_stands(database: Flask, owner: Owner) -> None:
    late = browser(database)
    late.set_cookie("cart", f"{owner.token}.1")
    with in_the_other_tab(database, "UPDATE checkouts", lambda: placed(owner)):
        answer = late.post("/checkout/delivery", data={"delivery": "express"})
    here = {"postgresql": "/checkout?notice=checkout_elsewhere", "sqlite": "/checkout#payment"}
    assert (answer.status_code, answer.headers["Location"]) == (303, here[db.engine.dialect.name])
