"""The three steps of the checkout: filling in, changing, and every failure."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts import services as accounts
from kashcraft.accounts.models import AddressType, SavedAddress
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Product
from kashcraft.checkout.models import Checkout
from kashcraft.core.db import db, in_step
from kashcraft.core.money import Money
from kashcraft.core.signing import sign
from kashcraft.inventory import queries as stock
from kashcraft.inventory import services as inventory
from kashcraft.orders import services as order_services
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from tests.conftest import browser
from tests.factories import people, shopping
from tests.support.shopper import HERE, Shopper, address, contact, target_of, text_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])


def orders(app: Flask) -> list[Order]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Order).order_by(Order.placed_at, Order.id)))


def checkouts(app: Flask) -> list[Checkout]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Checkout).order_by(Checkout.id)))


def free(app: Flask, product_id: UUID) -> int:
    with app.app_context():
        return stock.get_free_units([product_id])[product_id]


def fields_of(page: str, part: str) -> list[str]:
    return re.findall(rf'<(?:input|select)[^>]* name="{part}-(\w+)"', page)


def test_an_empty_cart_redirects_with_a_notice(client: FlaskClient) -> None:
    answer = client.get("/checkout")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cart?notice=checkout_empty")
    assert "Your bag is empty, so there is nothing to check out." in text_of(
        client.get(answer.headers["Location"])
    )
    for path in ("contact", "delivery", "place", "retry", "address-fields"):
        answer = client.post(f"/checkout/{path}", data=contact() | {"delivery": "standard", "seen": "1"})
        assert answer.headers["Location"].startswith("/cart")


def test_opening_the_checkout_writes_nothing(shopper: Shopper, count_statements: Callable[[], Any]) -> None:
    with count_statements() as seen:
        page = shopper.checkout()
    assert seen.writes == []
    assert page.headers["Cache-Control"] == "private, no-store"
    rows = "Delivery Calculated next Tax Enter your address to see tax Subtotal before delivery $86.00"
    assert rows in text_of(page)


def test_every_field_has_its_autocomplete_value(shopper: Shopper) -> None:
    page = shopper.checkout().text
    tokens = re.findall(r'autocomplete="([^"]+)"', page)
    assert tokens == [
        "email", "country", "name", "address-line1", "address-line2", "address-level2", "address-level1",
        "postal-code", "tel", "billing country", "billing name", "billing address-line1",
        "billing address-line2", "billing address-level2", "billing address-level1", "billing postal-code",
        "billing tel",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("GB", ["full_name", "street_address", "street_address2", "city", "postal_code", "phone"]),
        ("DE", ["full_name", "street_address", "street_address2", "postal_code", "city", "phone"]),
        ("IN", ["full_name", "street_address", "street_address2", "city", "postal_code", "state", "phone"]),
        ("JP", ["full_name", "postal_code", "state", "city", "street_address", "street_address2", "phone"]),
    ],
)
def test_another_country_changes_the_fields_and_retains_the_input(
    shopper: Shopper, country: str, expected: list[str]
) -> None:
    typed = contact("US", **{"shipping-country": country, "shipping-city": "Somewhere <b>"})
    page = shopper.client.post("/checkout/address-fields", data=typed | {"part": "shipping"})
    assert page.status_code == 200
    assert fields_of(page.text, "shipping") == ["country", *expected]
    assert 'value="1 Main Street"' in page.text
    assert 'value="Somewhere &lt;b&gt;"' in page.text
    assert 'value="ada@example.com"' in page.text
    part = shopper.client.post(
        "/checkout/address-fields", data=typed | {"part": "shipping"}, headers={"HX-Request": "true"}
    )
    assert part.text.lstrip().startswith('<div class="stack" id="shipping-fields">')
    assert fields_of(part.text, "shipping") == expected


def test_changing_the_country_stores_nothing(app: Flask, shopper: Shopper) -> None:
    shopper.post("/checkout/address-fields", **contact("DE"))
    assert checkouts(app) == []


def test_a_country_without_delivery_is_refused(app: Flask, shopper: Shopper) -> None:
    brazil = contact("BR")
    fields = shopper.client.post("/checkout/address-fields", data=brazil, headers={"HX-Request": "true"})
    assert "We do not deliver to this country yet." in text_of(fields)
    answer = shopper.client.post("/checkout/contact", data=brazil)
    assert answer.status_code == 422
    assert "We do not deliver to Brazil yet." in text_of(answer)
    assert 'value="Rua do Ouvidor 1"' in answer.text
    assert checkouts(app) == []


@BOTH
def test_errors_are_beside_their_fields_and_retain_the_input(
    app: Flask, shopper: Shopper, htmx: bool
) -> None:
    shopper.htmx = htmx
    answer = shopper.enter_contact(
        **{"email": "not an address", "shipping-postal_code": "10001", "shipping-city": ""}
    )
    assert answer.status_code == 422
    page = text_of(answer)
    assert "Please check these entries" in page
    for message in (
        "This does not look like an e-mail address.", "Please enter a city.",
        "This ZIP code does not belong to California.",
    ):  # fmt: skip
        assert page.count(message) == 2
    assert 'value="not an address"' in answer.text
    assert 'value="10001"' in answer.text
    assert checkouts(app) == []


@BOTH
def test_each_step_leads_to_the_next_and_can_be_changed(shopper: Shopper, htmx: bool) -> None:
    shopper.htmx = htmx
    answer = shopper.enter_contact()
    if htmx:
        assert answer.text.lstrip().startswith('<div class="checkout" id="checkout">')
    else:
        assert (answer.status_code, answer.headers["Location"]) == (303, "/checkout#delivery")
    page = text_of(answer if htmx else shopper.checkout())
    assert "ada@example.com Ada Lovelace, 1 Main Street, Berkeley, CA 94704, United States" in page
    assert "Standard $12.00" in page
    assert "Express $30.00" in page
    chosen = shopper.choose_delivery("express")
    page = text_of(chosen if htmx else shopper.checkout())
    assert "Total $124.42" in page
    assert "Subtotal $86.00 Delivery Express $30.00 Tax $8.42 Total $124.42" in page
    again = shopper.client.get("/checkout?step=delivery").text
    assert re.search(r'value="express"\s+checked', again)
    assert 'value="1 Main Street"' in shopper.client.get("/checkout?step=contact").text


def test_steps_cannot_be_skipped(app: Flask, shopper: Shopper) -> None:
    assert shopper.choose_delivery().headers["Location"] == "/checkout"
    assert shopper.place("8600").headers["Location"] == "/checkout"
    assert 'aria-current="step"' in shopper.client.get("/checkout?step=payment").text
    assert 'id="place-order"' not in shopper.client.get("/checkout?step=payment").text
    shopper.enter_contact()
    assert shopper.place("8600").headers["Location"] == "/checkout"
    answer = shopper.choose_delivery("pigeon")
    assert answer.status_code == 422
    assert "Please choose one of these delivery methods." in text_of(answer)
    assert orders(app) == []


@pytest.mark.parametrize(
    ("country", "rows"),
    [
        ("US", "Subtotal $86.00 Delivery Standard $12.00 Tax $7.11 Total $105.11"),
        ("DE", "Subtotal $86.00 Delivery Standard $25.00 Tax $21.09 Total $132.09"),
        ("GB", "Subtotal $86.00 Delivery Standard $25.00 Tax $0.00 Total $111.00"),
    ],
)
def test_the_total_is_exact_before_the_payment(shopper: Shopper, country: str, rows: str) -> None:
    """California: 7.25 % of 86.00 is 6.24 and of 12.00 is 0.87. Germany: 19 % is 16.34 and 4.75."""
    shopper.enter_contact(country)
    shopper.choose_delivery()
    assert rows in text_of(shopper.checkout())


def test_delivery_methods_show_their_dates(shopper: Shopper, frozen: Any) -> None:
    """An order on Monday 2 March leaves on Tuesday and takes three to five business days."""
    shopper.enter_contact()
    page = text_of(shopper.checkout())
    assert "Fri, March 6 – Tue, March 10 Standard $12.00" in page
    assert "Wed, March 4 Express $30.00" in page


def test_the_address_is_stored_as_typed(app: Flask, shopper: Shopper) -> None:
    shopper.enter_contact("JP")
    stored = checkouts(app)[0].shipping_address
    assert stored == {**HERE["JP"], "street_address2": "", "phone": "", "country": "JP"}
    assert "Hanako Yamada, 1-2-3 Marunouchi, Chiyoda-ku, Tokyo, 100-0005, Japan" in text_of(
        shopper.checkout()
    )


def test_the_invoice_can_have_another_address(app: Flask, shopper: Shopper) -> None:
    form = contact("US") | address("GB", "billing")
    del form["same_billing"]
    shopper.client.post("/checkout/contact", data=form)
    assert checkouts(app)[0].billing_address == {
        **HERE["GB"], "street_address2": "", "phone": "", "state": "", "country": "GB",
        "postal_code": "SW1A 2AA",
    }  # fmt: skip
    assert "Invoice to Ada Lovelace, 10 Downing Street, London, SW1A 2AA, United Kingdom" in text_of(
        shopper.checkout()
    )
    del form["billing-city"]
    answer = shopper.client.post("/checkout/contact", data=form)
    assert (answer.status_code, "Please enter a town or city." in text_of(answer)) == (422, True)


def test_the_next_estimate_uses_the_selected_country(shopper: Shopper) -> None:
    shopper.enter_contact("DE")
    assert "Delivery to Germany $25.00" in text_of(shopper.client.get("/cart"))


def test_another_visitor_does_not_see_the_checkout(app: Flask, shopper: Shopper, bowl: UUID) -> None:
    shopper.enter_contact()
    shopper.choose_delivery()
    stranger = Shopper(browser(app))
    stranger.add(bowl)
    page = stranger.checkout().text
    assert "ada@example.com" not in page
    assert "Main Street" not in page
    answer = stranger.place(shopper.seen())
    assert answer.headers["Location"] == "/checkout"
    assert orders(app) == []
    assert free(app, bowl) == 10


@BOTH
@pytest.mark.parametrize("seen", ["10511", "", "signed.by.nobody"])
def test_an_unsigned_snapshot_places_no_order(
    app: Flask, shopper: Shopper, bowl: UUID, htmx: bool, seen: str
) -> None:
    shopper.htmx = htmx
    shopper.enter_contact()
    shopper.choose_delivery()
    answer = shopper.post("/checkout/place", seen=seen)
    assert answer.status_code == 422
    expected = "The total is $105.11. Please look at your order and press the button again."
    assert expected in text_of(answer)
    assert orders(app) == []
    assert free(app, bowl) == 10
    assert shopper.place().status_code in (204, 303)


def test_a_price_changed_between_pages_places_no_order(app: Flask, shopper: Shopper, bowl: UUID) -> None:
    shopper.enter_contact()
    shopper.choose_delivery()
    seen = shopper.seen()
    with app.app_context():
        in_step(lambda: catalogue.set_price(product_id=bowl, price=Money(5000, "USD")))
    answer = shopper.place(seen)
    assert answer.status_code == 422
    assert "Total $120.12" in text_of(answer)
    assert orders(app) == []


def test_the_snapshot_of_another_checkout_places_no_order(app: Flask, shopper: Shopper, bowl: UUID) -> None:
    other = Shopper(browser(app))
    other.add(bowl, 2)
    for one in (shopper, other):
        one.enter_contact()
        one.choose_delivery()
    answer = shopper.place(other.seen())
    assert answer.status_code == 422
    assert "The order that you looked at has ended or was another one." in text_of(answer)
    assert orders(app) == []
    assert shopper.place().status_code == 303


@BOTH
def test_a_billing_address_changed_in_another_tab_is_reported(
    app: Flask, shopper: Shopper, htmx: bool
) -> None:
    shopper.htmx = htmx
    shopper.enter_contact()
    shopper.choose_delivery()
    seen = shopper.seen()
    shopper.enter_contact(same_billing="", **address("GB", "billing"))
    answer = shopper.place(seen)
    assert answer.status_code == 422
    assert (
        "The invoice goes to Ada Lovelace, 10 Downing Street, London, SW1A 2AA, United Kingdom "
        "instead of the delivery address." in text_of(answer)
    )
    assert orders(app) == []
    assert shopper.place().status_code in (204, 303)


def test_a_renamed_product_is_the_same_order(app: Flask, shopper: Shopper, bowl: UUID) -> None:
    shopper.enter_contact()
    shopper.choose_delivery()
    seen = shopper.seen()
    with app.app_context():
        in_step(lambda: db.session.execute(sa.update(Product).values(name="Bowl of walnut")))
    assert shopper.place(seen).status_code == 303
    with app.app_context():
        assert db.session.scalars(sa.select(OrderLine.name)).all() == ["Bowl of walnut"]


def test_a_snapshot_of_an_older_version_places_no_order(app: Flask, shopper: Shopper) -> None:
    shopper.enter_contact()
    shopper.choose_delivery()
    with app.app_context():
        old = sign("seen", {"total": 10511, "due": 10511})
    answer = shopper.post("/checkout/place", seen=old)
    assert answer.status_code == 422
    assert "Please look at your order and press the button again." in text_of(answer)
    assert orders(app) == []


@BOTH
def test_lines_that_sold_out_are_named_and_can_be_changed(
    app: Flask, shopper: Shopper, bowl: UUID, htmx: bool
) -> None:
    shopper.htmx = htmx
    shopper.enter_contact()
    shopper.choose_delivery()
    seen = shopper.seen()
    with app.app_context():
        in_step(lambda: inventory.adjust(product_id=bowl, change=-9, key="count"))
    answer = shopper.place(seen)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "Something in your bag was sold in the meantime." in page
    assert "Walnut bowl Only 1 left; your bag asks for 2. Take 1 Remove" in page
    assert (orders(app), free(app, bowl)) == ([], 1)
    change = re.search(r'action="(/cart/lines/[^"/]+)"', answer.text)
    assert change
    back = shopper.client.post(change[1], data={"quantity": 1, "next": "/checkout"})
    assert back.headers["Location"].startswith("/checkout")
    assert "ada@example.com" in shopper.checkout().text
    assert shopper.place().status_code in (204, 303)


def test_placing_twice_creates_one_order_and_one_payment(app: Flask, shopper: Shopper, bowl: UUID) -> None:
    shopper.enter_contact()
    shopper.choose_delivery()
    seen = shopper.seen()
    first, second = shopper.place(seen), shopper.place(seen)
    assert target_of(first) == target_of(second)
    assert len(orders(app)) == 1
    assert free(app, bowl) == 8


def test_changing_the_cart_cancels_the_order_and_retains_the_details(
    app: Flask, shopper: Shopper, bowl: UUID
) -> None:
    shopper.reach_payment()
    assert free(app, bowl) == 8
    shopper.add(bowl, anew=True)
    assert [order.status for order in orders(app)] == [OrderStatus.CANCELLED]
    assert free(app, bowl) == 10
    page = text_of(shopper.checkout())
    assert "ada@example.com" in page
    assert "Total $151.22" in page
    shopper.place()
    assert [order.status for order in orders(app)] == [OrderStatus.CANCELLED, OrderStatus.PENDING]
    assert free(app, bowl) == 7


@pytest.mark.parametrize("step", ["contact", "delivery"])
def test_changing_a_step_cancels_the_order(app: Flask, shopper: Shopper, bowl: UUID, step: str) -> None:
    shopper.reach_payment()
    answer = shopper.enter_contact("DE") if step == "contact" else shopper.choose_delivery("express")
    assert answer.status_code == 303
    assert [order.status for order in orders(app)] == [OrderStatus.CANCELLED]
    assert free(app, bowl) == 10
    page = text_of(shopper.checkout())
    assert ("Berlin" in page) if step == "contact" else ("Express $30.00" in page)


def test_units_held_by_the_own_order_are_not_sold_out(app: Flask, shopper: Shopper) -> None:
    with app.app_context():
        rare = shopping.add_product("One of a kind", 9000, stock=1)
    shopper.add(rare)
    shopper.reach_payment()
    assert free(app, rare) == 0
    assert "Sold out" not in shopper.client.get("/cart").text
    assert "Continue to card payment" in shopper.checkout().text


def test_an_expired_order_can_be_placed_again(app: Flask, shopper: Shopper, frozen: Any) -> None:
    shopper.reach_payment()
    frozen.advance(minutes=31)
    with app.app_context():
        assert len(in_step(order_services.expire_due)) == 1
    assert "Total $105.11" in text_of(shopper.checkout())
    shopper.place()
    assert [order.status for order in orders(app)] == [OrderStatus.EXPIRED, OrderStatus.PENDING]


def test_gift_cards_need_no_delivery_step(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        card = shopping.add_product("Gift card", 5000, gift_card=True)
    shopper = Shopper(client)
    shopper.add(card)
    shopper.enter_contact("US")
    page = text_of(shopper.checkout())
    assert "Delivery By e-mail, free" in page
    assert "Tax $0.00 Total $50.00" in page
    shopper.place()
    placed = orders(app)[0]
    assert (placed.amount_due, placed.delivery_code, placed.delivery_name) == (5000, "email", "By e-mail")


def test_members_choose_saved_addresses_and_can_save_new_ones(app: Flask, bowl: UUID) -> None:
    with app.app_context():
        user_id = people.person(email="ada@example.com")
        home = {**HERE["DE"], "country": "DE"}
        in_step(
            lambda: accounts.save_address(
                user_id=user_id, kind=AddressType.SHIPPING, address=home, is_default=True
            )
        )
    member = Shopper(people.signed_in(app, user_id=user_id))
    member.add(bowl)
    page = member.checkout().text
    assert 'value="ada@example.com"' in page
    assert "Hauptstraße 1, Hinterhaus, 10115 Berlin, Germany" in text_of(page)
    saved = re.search(r'name="saved" value="([0-9a-f-]{36})"\s+checked', page)
    assert saved
    member.post("/checkout/contact", email="ada@example.com", same_billing="y", saved=saved[1])
    assert "Berlin" in text_of(member.checkout())
    member.choose_delivery()
    assert "Save this address" not in text_of(member.checkout())
    member.enter_contact("US", saved="new")
    member.choose_delivery()
    assert "Save this address in my account" in text_of(member.checkout())
    member.post("/checkout/place", seen=member.seen(), save_address="yes")
    with app.app_context():
        saved = db.session.scalars(sa.select(SavedAddress).order_by(SavedAddress.id)).all()
        assert [(one.country, one.is_default) for one in saved] == [("DE", True), ("US", False)]
        assert orders(app)[0].user_id == user_id


def test_the_saved_address_of_another_member_is_refused(app: Flask, bowl: UUID) -> None:
    with app.app_context():
        other = people.person()
        theirs = in_step(
            lambda: accounts.save_address(
                user_id=other,
                kind=AddressType.SHIPPING,
                address={**HERE["DE"], "country": "DE"},
                is_default=True,
            )
        ).id
    member = Shopper(people.signed_in(app))
    member.add(bowl)
    answer = member.post("/checkout/contact", email="a@example.com", same_billing="y", saved=str(theirs))
    assert answer.status_code == 422
    assert checkouts(app) == []


def test_placing_takes_the_same_statements_for_one_line_and_for_six(
    app: Flask, shopper: Shopper, count_statements: Callable[[], Any]
) -> None:
    for number in range(5):
        with app.app_context():
            more = shopping.add_product(f"Piece {number}")
        shopper.add(more)
    shopper.enter_contact()
    shopper.choose_delivery()
    picture = shopper.seen()
    with count_statements() as seen:
        shopper.place(picture)
    assert len(seen) <= 17
