"""Products that other customers hold while they pay, and the maximum units per order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import in_step
from kashcraft.inventory import services as inventory
from tests.conftest import browser
from tests.factories import shopping
from tests.support.shopper import Shopper, target_of, text_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
NOW = "Somebody is paying for it now. Look again in {} minutes."


def stocked(app: Flask, units: int, most: int | None = None) -> UUID:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        product = shopping.add_product("Silk carpet", 4300, stock=units)
        if most:
            in_step(lambda: inventory.set_most_per_order(product_id=product, most=most))
        return product


def at_the_button(app: Flask, product: UUID, units: int, email: str = "ada@example.com") -> Shopper:
    """Return a shopper with the products in the cart and all checkout steps filled in."""
    shopper = Shopper(browser(app))
    shopper.add(product, units)
    shopper.enter_contact(email=email)
    shopper.choose_delivery()
    return shopper


@pytest.fixture
def carpet(app: Flask, frozen: FrozenClock) -> UUID:
    return stocked(app, 1)


def test_a_held_product_is_reserved_until_it_is_paid_and_then_sold_out(
    app: Flask, carpet: UUID, frozen: FrozenClock
) -> None:
    buyer = at_the_button(app, carpet, 1, "first@example.com")
    other = at_the_button(app, carpet, 1, "second@example.com")
    payment = target_of(buyer.place())
    page = other.client.get("/p/silk-carpet").text
    assert NOW.format(10) in text_of(page)
    assert re.search(r"<button[^>]*disabled[^>]*>(?:(?!</button>).)*Reserved for now", page, re.DOTALL)
    cart = other.client.get("/cart").text
    assert ("Sold out" in cart, NOW.format(10) in text_of(cart)) == (False, True)
    checkout = text_of(other.checkout())
    assert "Somebody else is paying for something in your bag now." in checkout
    assert "in the meantime" not in checkout

    frozen.advance(minutes=2.5)
    assert NOW.format(8) in text_of(other.client.get("/cart"))
    assert NOW.format(8) in text_of(other.client.get("/p/silk-carpet"))

    buyer.pay(payment)
    assert "Sold out since you added it." in text_of(other.client.get("/cart"))
    assert "Sold out" in text_of(other.client.get("/p/silk-carpet"))


def test_an_expired_hold_makes_the_product_available_again(
    app: Flask, carpet: UUID, frozen: FrozenClock
) -> None:
    at_the_button(app, carpet, 1).place()
    frozen.advance(minutes=10)
    assert "Only 1 left" in text_of(browser(app).get("/p/silk-carpet"))


@BOTH
def test_adding_and_ordering_state_when_to_try_again(
    app: Flask, carpet: UUID, htmx: bool, frozen: FrozenClock
) -> None:
    late = at_the_button(app, carpet, 1, "late@example.com")
    late.htmx, seen = htmx, late.seen()
    at_the_button(app, carpet, 1).place()
    answer = late.place(seen)
    assert answer.status_code == 422
    assert "Somebody else is paying for something in your bag now." in text_of(answer)
    assert "Silk carpet " + NOW.format(10) in text_of(answer)

    stranger = Shopper(browser(app), htmx)
    refused = stranger.add(carpet)
    assert refused.status_code == 422
    assert "Somebody is paying for Silk carpet now. Look again in 10 minutes." in text_of(refused)
    assert stranger.client.get_cookie("cart") is None


def test_lists_show_a_held_product_as_reserved(app: Flask, carpet: UUID, frozen: FrozenClock) -> None:
    """Cards showed it as sold out, while its page said that it was reserved."""
    other = browser(app)

    def seen() -> list[bool]:
        pages = [text_of(other.get(path)) for path in ("/products", "/search?q=carpet")]
        return [word in page for page in pages for word in ("Sold out", "Reserved for now")]

    assert seen() == [False, False, False, False]
    buyer = at_the_button(app, carpet, 1)
    payment = target_of(buyer.place())
    assert seen() == [False, True, False, True]
    buyer.pay(payment)
    frozen.advance(seconds=30)
    assert seen() == [True, False, True, False]


def test_a_customers_own_unpaid_order_does_not_block_a_new_one(app: Flask, carpet: UUID) -> None:
    buyer = at_the_button(app, carpet, 1)
    buyer.place()
    cart = text_of(buyer.client.get("/cart"))
    assert ("Somebody is paying" in cart, "Only 1 left." in cart) == (False, True)


def test_the_cart_states_how_many_units_of_a_partly_held_product_are_free(
    app: Flask, frozen: FrozenClock
) -> None:
    carpet = stocked(app, 3)
    wants = at_the_button(app, carpet, 2, "second@example.com")
    at_the_button(app, carpet, 2).place()
    said = "Only 1 is free now; your bag asks for 2. Somebody is paying for more. Look again in 10 minutes."
    assert said in text_of(wants.client.get("/cart"))
    assert said in text_of(wants.checkout())


def test_holds_take_no_further_statements(
    app: Flask, carpet: UUID, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    other = at_the_button(app, carpet, 1, "second@example.com")

    def counted() -> list[int]:
        counts = []
        for path in ("/cart", "/p/silk-carpet"):
            other.client.get(path)
            with count_statements() as seen:
                other.client.get(path)
            counts.append(len(seen))
        return counts

    before = counted()
    at_the_button(app, carpet, 1).place()
    assert counted() == before


@BOTH
def test_a_quantity_above_the_maximum_per_order_is_reduced(
    app: Flask, htmx: bool, frozen: FrozenClock
) -> None:
    """The cart accepted 12 of 50, and the order button refused them without naming the product."""
    shopper = Shopper(browser(app), htmx)
    carpet = stocked(app, 50)
    answer = shopper.add(carpet, 12)
    if htmx:
        assert "at most 10 per order, all of them are in your bag" in answer.headers["HX-Trigger"]
    page = shopper.client.get("/cart").text
    assert "At most 10 of this per order." in text_of(page)
    assert re.search(r'name="quantity" value="10"[^>]* max="10"', page)
    assert re.search(r'name="quantity" value="1"[^>]* max="10"', shopper.client.get("/p/silk-carpet").text)


def test_a_lower_maximum_set_later_is_reported_at_the_line(app: Flask, frozen: FrozenClock) -> None:
    carpet = stocked(app, 50)
    shopper = at_the_button(app, carpet, 6)
    seen = shopper.seen()
    with app.app_context():
        in_step(lambda: inventory.set_most_per_order(product_id=carpet, most=4))
    answer = shopper.place(seen)
    assert answer.status_code == 422
    said = text_of(answer)
    assert "At most 4 of Silk carpet per order." in said
    assert "Silk carpet At most 4 of this per order; your bag asks for 6. Take 4 Remove" in said
    change = re.search(r'action="(/cart/lines/[^"/]+)"', answer.text)
    assert change
    shopper.client.post(change[1], data={"quantity": 4, "next": "/checkout"})
    assert shopper.place().status_code == 303
