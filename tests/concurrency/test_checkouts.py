"""A checkout in two tabs: an order is placed with the details that were saved last."""

from __future__ import annotations

import threading
import time
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
from tests.support.races import at_once
from tests.support.shopper import Shopper, target_of, text_of

HOME = Address("Ada Lovelace", "", "1 Main Street", "", "Berkeley", "CA", "94704", "US")
ELSEWHERE = Address("Ada Lovelace", "", "2 Side Street", "", "Berkeley", "CA", "94704", "US")


@pytest.fixture
def owner(database: Flask) -> Owner:
    """A guest who has filled in both steps."""
    shopping.add_taxes_and_delivery()
    bowl = shopping.add_product("Walnut bowl", 4300, stock=5)
    guest = Owner(token=in_step(lambda: cart_services.add_line(owner=Owner(), product_id=bowl)).token)
    save_contact(guest, HOME)
    in_step(lambda: services.choose_delivery(owner=guest, code="standard"))
    return guest


def save_contact(owner: Owner, address: Address) -> None:
    in_step(
        lambda: services.save_contact(owner=owner, email="ada@example.com", shipping=address, billing=None)
    )


def add_product(owner: Owner, product_id: UUID) -> None:
    in_step(lambda: cart_services.add_line(owner=owner, product_id=product_id))


def place_order(owner: Owner) -> None:
    state = queries.find_checkout_state(owner)
    assert state is not None
    seen = state.snapshot
    in_step(lambda: services.place_order(owner=owner, seen=seen))


@contextmanager
def in_the_other_tab(app: Flask, before: str, work: Callable[[], Any]) -> Iterator[list[str]]:
    """Run ``work`` in another tab before a statement that begins like this; yield the code of its refusal.

    The database may delay it.
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
            # On SQLite the other step waits until this one ends.
            other.join(timeout=20 if db.engine.dialect.name == "postgresql" else 0.2)

    sa.event.listen(db.engine, "before_cursor_execute", interfere)
    try:
        yield refusals
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", interfere)
        other.join(timeout=20)


def streets() -> set[tuple[str, str]]:
    """Return the street of each pending order, and the street of its checkout."""
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Order.shipping_address, Checkout.shipping_address)
        .join(Checkout, Checkout.id == Order.checkout_id)
        .where(Order.status == OrderStatus.PENDING, Checkout.status == CheckoutStatus.PLACED)
    )
    return {(order["street_address"], checkout["street_address"]) for order, checkout in rows}


def test_a_first_step_that_is_sent_twice_creates_one_checkout(database: Flask) -> None:
    shopping.add_taxes_and_delivery()
    bowl = shopping.add_product("Walnut bowl", 4300, stock=5)
    guest = Owner(token=in_step(lambda: cart_services.add_line(owner=Owner(), product_id=bowl)).token)
    with in_the_other_tab(
        database, "INSERT INTO checkouts", lambda: save_contact(guest, ELSEWHERE)
    ) as refusals:
        save_contact(guest, HOME)
    (checkout,) = db.session.scalars(sa.select(Checkout)).all()
    last = {"postgresql": HOME, "sqlite": ELSEWHERE}[db.engine.dialect.name]
    assert (checkout.status, checkout.shipping_address) == (CheckoutStatus.OPEN, last.to_dict())
    assert refusals == []


def test_an_address_saved_while_the_order_is_written_is_not_lost(database: Flask, owner: Owner) -> None:
    refused = ""
    with in_the_other_tab(database, "INSERT INTO orders", lambda: save_contact(owner, ELSEWHERE)):
        try:
            place_order(owner)
        except DomainError as refusal:
            refused = refusal.code
    assert refused == ("checkout_changed" if db.engine.dialect.name == "postgresql" else "")
    assert streets() == set()
    saved_last = db.session.scalars(
        sa.select(Checkout.shipping_address).where(Checkout.status == CheckoutStatus.OPEN)
    ).one()
    assert saved_last == ELSEWHERE.to_dict()


def test_an_address_saved_after_the_order_was_written_is_refused(database: Flask, owner: Owner) -> None:
    refused = ""
    with in_the_other_tab(database, "INSERT INTO checkouts", lambda: place_order(owner)) as refusals:
        try:
            save_contact(owner, ELSEWHERE)
        except DomainError as refusal:
            refused = refusal.code
    if db.engine.dialect.name == "postgresql":
        assert (refused, refusals) == ("checkout_changed", [])
        assert streets() == {("1 Main Street", "1 Main Street")}
    else:
        assert (refused, refusals) == ("", ["order_changed"])
        assert streets() == set()


def test_a_product_added_while_the_order_is_written_stays_in_the_cart(database: Flask, owner: Owner) -> None:
    cap = shopping.add_product("Wool cap", 2000, stock=5)
    with in_the_other_tab(database, "INSERT INTO orders", lambda: add_product(owner, cap)):
        place_order(owner)
    (order,) = db.session.scalars(sa.select(Order)).all()
    if order.status is OrderStatus.PENDING:
        in_step(lambda: orders.mark_paid(order_id=order.id))
    assert cap in {item.product_id for item in carts.get_contents(owner).items}


def test_the_later_tab_shows_the_current_state(database: Flask, owner: Owner) -> None:
    late = browser(database)
    late.set_cookie("cart", f"{owner.token}.1")
    with in_the_other_tab(database, "UPDATE checkouts", lambda: place_order(owner)):
        answer = late.post("/checkout/delivery", data={"delivery": "express"})
    here = {"postgresql": "/checkout?notice=checkout_elsewhere", "sqlite": "/checkout#payment"}
    assert (answer.status_code, answer.headers["Location"]) == (303, here[db.engine.dialect.name])


def whole_checkout(app: Flask, product_id: UUID, number: int) -> Callable[[], str]:
    """Return the checkout of a guest from the empty cart to the page of the paid order."""
    shopper = Shopper(browser(app))

    def buy() -> str:
        assert shopper.add(product_id).status_code == 303
        assert shopper.enter_contact(email=f"buyer{number}@shop.example").status_code == 303
        assert shopper.choose_delivery().status_code == 303
        placed = shopper.place()
        assert placed.status_code == 303, text_of(placed)
        return shopper.pay(target_of(placed)).request.path

    return buy


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_eight_checkouts_at_once_are_all_paid_on_a_slow_disk(app: Flask) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        bowl = shopping.add_product("Walnut bowl", 4300, stock=8)
        db.session.remove()

    def sync(_: Any) -> None:
        time.sleep(0.03)

    with app.app_context():
        sa.event.listen(db.engine, "commit", sync)
        try:
            pages = at_once(app, [whole_checkout(app, bowl, number) for number in range(8)])
        finally:
            sa.event.remove(db.engine, "commit", sync)

    with app.app_context():
        numbers = set(db.session.scalars(sa.select(Order.number).where(Order.status == OrderStatus.PAID)))
        db.session.remove()
    assert len(numbers) == 8
    assert set(pages) == {f"/orders/{number}" for number in numbers}
