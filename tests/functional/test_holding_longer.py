"""The button that extends the hold of an unpaid order, once."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db
from kashcraft.inventory.models import InventoryReservation, ReservationStatus
from kashcraft.orders.models import Order, OrderEvent
from tests.conftest import browser
from tests.factories import people, shopping
from tests.factories.members import member
from tests.support.shopper import Shopper, target_of, text_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
AGAIN = "Your items were held longer before, and that is possible once."
ENDED = "This order does not hold items any more."


@pytest.fixture
def carpet(app: Flask, frozen: FrozenClock) -> UUID:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        return shopping.add_product("Silk carpet", 4300, stock=3)


def ordered(shopper: Shopper, carpet: UUID) -> str:
    """Place an unpaid order of one carpet; return the URL of its payment step."""
    shopper.add(carpet)
    shopper.enter_contact()
    shopper.choose_delivery()
    return target_of(shopper.place())


def order_of(app: Flask) -> Order:
    with app.app_context():
        db.session.rollback()
        return db.session.scalars(sa.select(Order)).one()


def minutes(app: Flask) -> set[float]:
    """Return in how many minutes the order and its hold end."""
    with app.app_context():
        db.session.rollback()
        held = sa.select(InventoryReservation.expires_at).where(
            InventoryReservation.status == ReservationStatus.ACTIVE
        )
        ends = [*db.session.scalars(sa.select(Order.expires_at)), *db.session.scalars(held)]
        return {(end - clock.now()) / timedelta(minutes=1) for end in ends if end}


def presses(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).where(OrderEvent.kind == "hold_extended")) or 0


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Return the action and the fields of the button's form."""
    found = re.search(r'<form action="(/orders/[^"]+/hold)" method="post">(.*?)</form>', page, re.DOTALL)
    assert found
    return found[1], dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', found[2]))


@BOTH
def test_a_guest_extends_the_hold_once_at_checkout(
    app: Flask, carpet: UUID, htmx: bool, frozen: FrozenClock
) -> None:
    guest = Shopper(browser(app), htmx)
    ordered(guest, carpet)
    frozen.advance(minutes=4)
    assert minutes(app) == {6}
    path, data = form_of(guest.checkout().text)
    answer = guest.post(path, **data)
    assert target_of(answer) == "/checkout?notice=order_held#payment"
    assert (minutes(app), presses(app)) == ({30}, 1)
    page = guest.client.get(target_of(answer)).text
    assert "Your items are held longer." in text_of(page)
    assert "held for 30 more minutes" in text_of(page)
    assert "hold-longer" not in page

    frozen.advance(minutes=1)
    again = guest.post(path, **data)
    assert AGAIN in text_of(guest.client.get(target_of(again)))
    assert (minutes(app), presses(app)) == ({29}, 1)


def test_a_customer_extends_the_hold_on_the_order_page(app: Flask, carpet: UUID, frozen: FrozenClock) -> None:
    with app.app_context():
        user_id = member(0)
    owner = Shopper(people.signed_in(app, user_id=user_id))
    ordered(owner, carpet)
    path, data = form_of(owner.client.get(f"/orders/{order_of(app).number}").text)
    assert data == {}
    answer = owner.post(path)
    assert target_of(answer) == f"/orders/{order_of(app).number}?notice=order_held"
    assert (minutes(app), presses(app)) == ({30}, 1)


@BOTH
def test_other_visitors_cannot_extend_the_hold(
    app: Flask, carpet: UUID, htmx: bool, frozen: FrozenClock
) -> None:
    guest = Shopper(browser(app))
    ordered(guest, carpet)
    path, data = form_of(guest.checkout().text)
    with app.app_context():
        other = people.signed_in(app, user_id=member(0))
    for stranger in (Shopper(browser(app), htmx), Shopper(other, htmx)):
        for sent in ({}, {"key": "forged"}, {"key": data["key"][:-2] + "xx"}):
            assert stranger.post(path, **sent).status_code == 404
    assert (minutes(app), presses(app)) == ({10}, 0)
    # The key opens only its own order.
    assert Shopper(browser(app)).post("/orders/KC-OTHER/hold", **data).status_code == 404


@pytest.mark.parametrize("end", ["paid", "cancelled", "expired"])
def test_the_hold_of_an_ended_order_cannot_be_extended(
    app: Flask, carpet: UUID, end: str, frozen: FrozenClock
) -> None:
    guest = Shopper(browser(app))
    payment = ordered(guest, carpet)
    path, data = form_of(guest.checkout().text)
    if end == "paid":
        guest.pay(payment)
    elif end == "cancelled":
        guest.client.post(path.replace("/hold", "/cancel"), data={"key": data["key"]})
    else:
        frozen.advance(minutes=10)
    before = order_of(app)
    page = text_of(guest.client.get(target_of(guest.post(path, **data))))
    assert ENDED in page
    after = order_of(app)
    assert (after.status, after.expires_at, presses(app)) == (before.status, before.expires_at, 0)


def test_the_redirect_stays_within_the_shop(app: Flask, carpet: UUID, frozen: FrozenClock) -> None:
    guest = Shopper(browser(app))
    ordered(guest, carpet)
    path, data = form_of(guest.checkout().text)
    answer = guest.post(path, **data | {"next": "https://elsewhere.example/"})
    assert target_of(answer).startswith(f"/orders/{order_of(app).number}?")
