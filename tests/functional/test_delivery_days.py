"""Delivery days follow the shop's time zone, on the product page as in the checkout."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from kashcraft.core import clock
from tests.conftest import browser
from tests.factories.shopping import add_product, add_taxes_and_delivery
from tests.support.shopper import Shopper, text_of

# A Monday, ten minutes before the cut-off hour in UTC and after it in Srinagar.
MOMENT = datetime(2026, 3, 2, 13, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "on_the_page", "in_the_checkout"),
    [
        ("UTC", "between March 6 and March 10", "Fri, March 6 – Tue, March 10"),
        ("Asia/Kolkata", "between March 9 and March 11", "Mon, March 9 – Wed, March 11"),
    ],
)
def test_an_order_after_the_cutoff_hour_ships_a_day_later(
    database: Flask, monkeypatch: pytest.MonkeyPatch, zone: str, on_the_page: str, in_the_checkout: str
) -> None:
    settings = replace(database.config["SETTINGS"], shop_timezone=zone)
    monkeypatch.setitem(database.config, "SETTINGS", settings)
    add_taxes_and_delivery()
    with clock.frozen(MOMENT):
        sold = add_product("Copper bowl", price=4000)
        shopper = Shopper(browser(database))
        page = text_of(shopper.client.get("/p/copper-bowl"))
        shopper.add(sold)
        shopper.enter_contact()
        checkout = text_of(shopper.checkout())

    assert on_the_page in page
    assert in_the_checkout in checkout
