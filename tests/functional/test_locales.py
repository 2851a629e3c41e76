"""A shop in another locale and time zone reads right from the list to the order, and in its back office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts.models import Role
from kashcraft.core import clock, jobs
from kashcraft.core.db import db, step
from kashcraft.core.signing import sign
from kashcraft.orders.models import Order
from kashcraft.payments.models import Payment
from tests.conftest import browser
from tests.factories.people import signed_in
from tests.factories.shopping import add_product, add_taxes_and_delivery
from tests.support.shopper import Shopper, target_of, text_of

# Half past one at night in Srinagar, on the next day.
MOMENT = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


@pytest.fixture
def shop_in(database: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Flask]:
    """The shop with other settings."""

    def changed(**values: Any) -> Flask:
        settings = replace(database.config["SETTINGS"], **values)
        monkeypatch.setitem(database.config, "SETTINGS", settings)
        return database

    return changed


def test_a_german_shop_in_srinagar_from_the_list_to_the_invoice(shop_in: Callable[..., Flask]) -> None:
    app = shop_in(shop_locale="de_DE", shop_timezone="Asia/Kolkata")
    add_taxes_and_delivery()
    with clock.frozen(MOMENT):
        sold = add_product("Carpet", price=123_450)
        shopper = Shopper(browser(app))
        listed = text_of(shopper.client.get("/products?price_from=100&price_to=2.000,00"))
        shopper.add(sold, 2)
        cart = text_of(shopper.client.get("/cart"))
        shopper.enter_contact()
        shopper.choose_delivery()
        checkout = text_of(shopper.checkout())
        leads_to = target_of(shopper.place())
        order = _order(app)
        key = sign("order", [str(order.id), 1])
        waiting = text_of(shopper.client.get(f"/orders/{order.number}", query_string={"key": key}))
        shopper.pay(leads_to)
        with app.app_context():
            jobs.run_due()
        paid = _order(app)
        staff = signed_in(app, Role.OWNER)
        office = text_of(staff.get(f"/backoffice/orders/{paid.id}"))
        (mail,) = app.extensions["mail"].emails

    assert "1.234,50 $" in listed
    assert "From 100,00 $" in listed
    assert "Up to 2.000,00 $" in listed
    assert "2.469,00 $" in cart
    assert "Tax 179,00 $" in checkout
    assert "2.648,00 $" in checkout
    assert "held for you for 10 more minutes , until 3. März 2026, 01:40 (India Time) ." in waiting
    for part in ("3. März 2026, 01:30", "All times: India Time", "2.648,00 $", "Tax at 7,25 % on 2.469,00 $"):
        assert part in office, part
    assert "$2,648.00" not in office
    assert "UTC" not in office
    text = mail.get_body(("plain",)).get_content().replace("\xa0", " ")
    assert "2 x Carpet: 2.469,00 $" in text
    assert "Total: 2.648,00 $" in text
    assert db.session.scalars(sa.select(Payment)).one().amount == 264_800


def test_an_indian_shop_groups_by_lakhs(shop_in: Callable[..., Flask]) -> None:
    app = shop_in(shop_locale="en_IN", shop_currency="INR", shop_timezone="Asia/Kolkata")
    _sold_in("INR", 12_500_000)
    client = browser(app)

    assert "₹1,25,000.00" in text_of(client.get("/products"))
    assert "From ₹1,00,000.00" in text_of(client.get("/products?price_from=₹ 1,00,000"))


def test_a_japanese_shop_has_no_decimals(shop_in: Callable[..., Flask]) -> None:
    app = shop_in(shop_locale="ja_JP", shop_currency="JPY", shop_timezone="Asia/Tokyo")
    _sold_in("JPY", 125_000)
    client = browser(app)

    assert "￥125,000" in text_of(client.get("/products"))
    assert "From ￥100,000" in text_of(client.get("/products?price_from=１００，０００"))


def _order(app: Flask) -> Order:
    with app.app_context():
        return db.session.scalars(sa.select(Order)).one()


def _sold_in(currency: str, price: int) -> None:
    sold = add_product("Carpet", price=price)
    with step():
        db.session.execute(
            sa.text("UPDATE products SET currency = :currency WHERE id = :id"),
            {"currency": currency, "id": sold.hex if db.engine.dialect.name == "sqlite" else sold},
        )


@pytest.mark.parametrize(
    ("locale", "typed", "stored"), [("de_DE", "1.000,50", 100_050), ("en_US", "$1,000.50", 100_050)]
)
def test_staff_enter_amounts_in_the_notation_of_the_locale(
    shop_in: Callable[..., Flask], locale: str, typed: str, stored: int
) -> None:
    app = shop_in(shop_locale=locale)
    owner = signed_in(app, Role.OWNER)
    sent = {"count": "1", "value": typed, "note": "Craft fair", "key": "k1"}
    answer = owner.post("/backoffice/gift-cards/issue", data=sent)

    assert answer.status_code == 200
    assert db.session.scalar(sa.text("SELECT initial_value FROM gift_cards")) == stored


@pytest.mark.parametrize("typed", ["50.50", "1e3", "1_000", "€5"])
def test_an_invalid_amount_is_refused_with_an_example(shop_in: Callable[..., Flask], typed: str) -> None:
    owner = signed_in(shop_in(shop_locale="de_DE"), Role.OWNER)
    sent = {"count": "1", "value": typed, "note": "Craft fair", "key": "k1"}
    answer = owner.post("/backoffice/gift-cards/issue", data=sent)

    assert answer.status_code == 422
    assert "Please enter an amount, for example 12,50." in text_of(answer)
    assert db.session.scalar(sa.text("SELECT count(*) FROM gift_cards")) == 0
