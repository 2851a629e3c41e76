"""The printable invoice, numbered once when the order is paid."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.signing import sign
from kashcraft.orders import services
from kashcraft.orders.models import Order
from tests.factories.orders import place, stocked
from tests.support.shopper import text_of


def pay(order: Order) -> None:
    with step():
        services.mark_paid(order_id=order.id, method="Visa ending 4242")


def opened(client: FlaskClient, order: Order, part: str = "/invoice") -> tuple[int, str]:
    page = client.get(
        f"/orders/{order.number}{part}", query_string={"key": sign("order", [str(order.id), 1])}
    )
    return page.status_code, page.text


def test_an_invoice_names_both_parties_and_every_amount(
    database: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    shawl, bowl = stocked(5, price="215.50", name="Sozni shawl"), stocked(5, price="40.00", name="Bowl")
    order = place((shawl, 2), (bowl, 1), tax_rate=88_750, gift_card=10_000)
    pay(order)
    status, page = opened(client, order)
    text = text_of(page)

    assert status == 200
    for part in (
        "Invoice 000001 Kashcraft, Boulevard Road, Srinagar 190001, India", f"Order {order.number}",
        "Ordered March 2, 2026 Invoice date March 2, 2026 Paid with Visa ending 4242", "Ada King",
        "Item SKU Quantity Price Net Tax rate Tax Amount",
        f"Sozni shawl {shawl.sku} Quantity 2 Price $215.50 Net $431.00 Tax rate 8.875%",
        "Tax $38.25 Amount $469.25",
        f"Bowl {bowl.sku} Quantity 1 Price $40.00 Net $40.00 Tax rate 8.875% Tax $3.55 Amount $43.55",
        "Delivery Standard delivery – Quantity 1 Price $5.00 Net $5.00 Tax rate 8.875%",
        "Tax $0.44 Amount $5.44",
        "Tax by rate 8.875% $42.24 on $476.00",
        "Total $518.24", "−$100.00", "$418.24", "Prices are without tax. All amounts in USD.",
    ):  # fmt: skip
        assert part in text, part
    assert ">Back to the order</a>" in page
    assert "<print-button><button" in page


def test_an_order_that_was_never_paid_has_no_invoice(
    database: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    waiting, cancelled, expired = (place((stocked(5), 1)) for _ in range(3))
    with step():
        services.cancel(order_id=cancelled.id, actor_id=None, reason="")
    frozen.advance(minutes=31)
    with step():
        services.expire(order_id=expired.id)

    for order in (waiting, cancelled, expired):
        assert opened(client, order)[0] == 404
        assert "Print invoice" not in opened(client, order, "")[1]


def test_invoice_numbers_have_no_gaps_and_do_not_change(database: Flask, frozen: FrozenClock) -> None:
    first, never, second = (place((stocked(5), 1)) for _ in range(3))
    pay(first)
    with pytest.raises(RuntimeError), step():
        services.mark_paid(order_id=never.id)
        raise RuntimeError("the step fails and gives its number back")
    pay(second)
    pay(first)
    with step():
        services.cancel(order_id=second.id, actor_id=None, reason="")

    assert [db.session.get_one(Order, one.id).invoice_number for one in (first, never, second)] == [
        1,
        None,
        2,
    ]


def test_the_dates_of_an_invoice_are_in_the_shops_time_zone(
    database: Flask, client: FlaskClient, frozen: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(
        database.config["SETTINGS"], shop_locale="de_DE", shop_timezone="Asia/Kolkata", invoice_prefix="KC-"
    )
    monkeypatch.setitem(database.config, "SETTINGS", settings)
    frozen.advance(hours=10)
    order = place((stocked(5, price="1215.50", name="Shawl"), 1), tax_rate=88_750)
    pay(order)
    text = text_of(opened(client, order)[1])

    assert frozen.moment.astimezone(ZoneInfo("Asia/Kolkata")).day == 3
    assert "Invoice KC-000001" in text
    assert "Ordered 3. März 2026" in text
    assert "Price 1.215,50 $ Net 1.215,50 $ Tax rate 8,875 % Tax 107,88 $ Amount 1.323,38 $" in text
