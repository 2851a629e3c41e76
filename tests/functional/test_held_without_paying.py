"""A visitor who places many orders without paying holds little stock, and only for minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kashcraft.catalogue.models import Product
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db
from kashcraft.orders import jobs
from kashcraft.orders.models import Order
from tests.conftest import browser
from tests.factories import shopping
from tests.factories.orders import paid
from tests.factories.people import signed_in
from tests.support.shopper import Shopper, text_of

PRODUCTS, UNITS = 25, 25


def free() -> int:
    db.session.rollback()
    return db.session.scalar(sa.text("SELECT sum(available) FROM inventories")) or 0


def attack(app: Flask, products: list[Any], number: int) -> int:
    """Order all available units of a product under a new address without paying; return the status."""
    visitor = Shopper(browser(app))
    visitor.add(products[number % len(products)], 10)
    visitor.enter_contact(email=f"guest{number}@example.com")
    visitor.choose_delivery()
    return visitor.place().status_code


def test_eighty_orders_of_one_visitor_leave_five_sixths_of_the_stock(app: Flask, frozen: FrozenClock) -> None:
    """Before there were limits, they held 625 of 625 units for half an hour, and again after it."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        products = [shopping.add_product(f"Piece {number}", stock=UNITS) for number in range(PRODUCTS)]
        assert free() == 625
    answers = [attack(app, products, number) for number in range(80)]
    with app.app_context():
        assert (answers.count(303), answers.count(422), free()) == (9, 71, 535)
        frozen.advance(minutes=10)
        jobs.expire_due()
        assert free() == 625


def test_a_member_with_a_paid_order_can_order_from_the_attackers_network(
    app: Flask, frozen: FrozenClock
) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        products = [shopping.add_product(f"Piece {number}", stock=UNITS) for number in range(PRODUCTS)]
        ada = shopping.customer("ada@shop.example")
        paid((db.session.get_one(Product, products[24]), 1), user_id=ada)
    assert [attack(app, products, number) for number in range(10)] == [303] * 9 + [422]
    ours = Shopper(signed_in(app, user_id=ada))
    ours.add(products[20], 10)
    ours.enter_contact(email="ada@shop.example")
    ours.choose_delivery()
    assert ours.place().status_code == 303


def test_orders_of_one_visitor_are_rate_limited(app: Flask, rate_limits: None, frozen: FrozenClock) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        bowl = shopping.add_product()
    shopper = Shopper(browser(app))
    shopper.add(bowl)
    shopper.enter_contact()
    shopper.choose_delivery()
    for _ in range(20):
        assert shopper.place("nothing").status_code == 422
    answer = shopper.place()
    assert answer.status_code == 429
    assert "Please try again in a minute." in text_of(answer)
    assert "Walnut bowl" in text_of(answer)


@pytest.mark.parametrize("htmx", [False, True])
def test_a_customer_beyond_the_limit_is_informed_and_the_cart_remains(
    app: Flask, frozen: FrozenClock, htmx: bool
) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        bowl = shopping.add_product("Walnut bowl", stock=10)
    for _ in range(3):
        other = Shopper(browser(app))
        other.add(bowl)
        other.reach_payment()
        frozen.advance(minutes=1)
    shopper = Shopper(browser(app), htmx=htmx)
    shopper.add(bowl)
    shopper.enter_contact()
    shopper.choose_delivery()
    answer = shopper.place()
    assert answer.status_code == 422
    assert (
        "Too many items wait for a payment from you or from your network. "
        "Please pay for an order or cancel it, or try again in 7 minutes."
    ) in text_of(answer)
    frozen.advance(minutes=7)
    assert shopper.place().status_code in (204, 303)


@pytest.mark.parametrize(
    ("forwarded", "networks"),
    [
        (["203.0.113.7", "203.0.113.8"], 2),
        (["203.0.113.7", "::ffff:203.0.113.7"], 1),
        (["2001:db8:1:1::5", "2001:db8:1:ffff::9"], 1),
        (["2001:db8:1:1::5", "2001:db8:2:1::5"], 2),
    ],
)
def test_behind_a_proxy_the_visitors_network_is_counted_and_stored_as_a_hash(
    app: Flask, frozen: FrozenClock, forwarded: list[str], networks: int
) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        bowl = shopping.add_product("Walnut bowl", stock=10)
    plain: Callable[..., Any] = app.wsgi_app
    app.wsgi_app = ProxyFix(plain, x_for=1)  # type: ignore[method-assign]
    try:
        for address in forwarded:
            visitor = Shopper(browser(app))
            # The visitor's own header value precedes the value that the proxy adds.
            visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.1, {address}"
            visitor.add(bowl)
            visitor.reach_payment()
    finally:
        app.wsgi_app = plain  # type: ignore[method-assign]
    with app.app_context():
        network_keys = db.session.scalars(sa.select(Order.network_key)).all()
    assert len(set(network_keys)) == networks
    assert all(key is not None and len(key) == 64 for key in network_keys)
