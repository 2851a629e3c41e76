"""The database refuses writes, or fails, in the middle of a request.

The error page does not claim that nothing was changed when a part was saved, and links to the page that shows
the saved part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core.db import db
from kashcraft.core.signing import sign
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.payments.gateways.sandbox import processor
from kashcraft.payments.models import PaymentStatus
from tests.conftest import browser
from tests.factories.orders import place, stocked
from tests.factories.shopping import add_product, add_taxes_and_delivery
from tests.support.shopper import Shopper, card, text_of

READ_ONLY = {"sqlite": "PRAGMA query_only=ON", "postgresql": "SET TRANSACTION READ ONLY"}
Closing = Callable[[str], None]


@pytest.fixture
def closing(app: Flask) -> Iterator[Closing]:
    """Have the database only be read from the moment on at which a query finds something."""
    with app.app_context():
        engine = db.engine
    queries: list[str] = []

    def limit(connection: Any) -> None:
        if any(connection.exec_driver_sql(query).first() for query in queries):
            connection.exec_driver_sql(READ_ONLY[engine.dialect.name])

    sa.event.listen(engine, "begin", limit)
    yield queries.append
    sa.event.remove(engine, "begin", limit)
    engine.dispose()


def ready(app: Flask, *, htmx: bool) -> Shopper:
    """Return a shopper who has completed each step before the order button."""
    with app.app_context():
        add_taxes_and_delivery()
        sold = add_product()
    shopper = Shopper(browser(app), htmx=htmx)
    shopper.add(sold)
    shopper.enter_contact()
    shopper.choose_delivery()
    return shopper


def the_order(app: Flask) -> Order:
    with app.app_context():
        return db.session.scalars(sa.select(Order)).one()


def test_an_order_that_was_placed_before_is_a_press_away(app: Flask, closing: Closing) -> None:
    shopper = ready(app, htmx=False)
    seen = shopper.seen()
    closing("SELECT 1 FROM orders")

    busy = shopper.place(seen)

    order = the_order(app)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert "That was saved only in part" in busy.text
    assert "Nothing was changed" not in busy.text
    assert "<form" not in busy.text
    link = re.search(r'href="(/orders/[^"]+)">See how it stands', busy.text)
    assert link
    page = shopper.client.get(link[1])
    assert (page.status_code, order.status) == (200, OrderStatus.PENDING)
    assert order.number in text_of(page)


def test_htmx_is_sent_to_the_order(app: Flask, closing: Closing) -> None:
    shopper = ready(app, htmx=True)
    seen = shopper.seen()
    closing("SELECT 1 FROM orders")

    busy = shopper.place(seen)

    target = busy.headers["HX-Redirect"]
    assert target.startswith(f"/orders/{the_order(app).number}?")
    assert "The shop was busy. This is what has been saved" in text_of(shopper.client.get(target))


def test_the_form_remains_when_no_order_was_placed(app: Flask, closing: Closing) -> None:
    shopper = ready(app, htmx=False)
    seen = shopper.seen()
    closing("SELECT 1")

    busy = shopper.place(seen)

    assert busy.status_code == 503
    assert "Nothing was changed, and nothing you typed is lost." in busy.text
    assert f'<input type="hidden" name="seen" value="{seen}">' in busy.text
    with app.app_context():
        assert db.session.scalars(sa.select(Order)).all() == []


def test_a_card_that_was_charged_leads_to_where_its_payment_is_asked_about(
    app: Flask, client: FlaskClient, closing: Closing
) -> None:
    with app.app_context():
        order = place((stocked(5), 1))
        number, key = order.number, shopper_key(order)
    page = client.post(f"/payments/orders/{number}", data={"key": key}).headers["Location"]
    closing("SELECT 1")

    busy = client.post(page, data=card())

    with app.app_context():
        intent = processor().get(page.rsplit("/", 1)[1])
    assert (busy.status_code, intent.status) == (503, PaymentStatus.SUCCEEDED)
    assert "Nothing was changed" not in busy.text
    assert f'href="{intent.return_url}">See how it stands' in busy.text
    assert client.get(intent.return_url).status_code == 200


def shopper_key(order: Order) -> str:
    return sign("order", [str(order.id), 1])


@pytest.fixture
def breaking(app: Flask) -> Iterator[None]:
    """The database refuses every reference of a processor."""
    with app.app_context():
        engine = db.engine

    def refuse(_conn: Any, _cursor: Any, text: str, *_: Any) -> None:
        if text.startswith("UPDATE payments SET gateway_reference"):
            raise ArithmeticError("a fault")

    sa.event.listen(engine, "before_cursor_execute", refuse)
    app.testing = False
    yield
    app.testing = True
    sa.event.remove(engine, "before_cursor_execute", refuse)


@pytest.mark.usefixtures("breaking")
def test_a_fault_after_the_order_was_placed_leads_to_it_as_well(app: Flask) -> None:
    shopper = ready(app, htmx=False)

    broken = shopper.place()

    assert broken.status_code == 500
    assert "What was saved before it happened stays." in broken.text
    assert f'href="/orders/{the_order(app).number}?' in broken.text
