"""The invoice, to be printed."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.core.security import sign
from kashcraft.orders import services
from tests.factories.orders import place, stocked


def test_an_invoice_names_both_parties_and_every_amount(
    database: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    shawl, bowl = stocked(5, price="215.50", name="Sozni shawl"), stocked(5, price="40.00", name="Bowl")
    order = place((shawl, 2), (bowl, 1), tax_rate=88_750, gift_card=10_000)
    with step():
        services.mark_paid(order_id=order.id, method="Visa ending 4242")
    key = sign("order", [str(order.id), 1])
    page = client.get(f"/orders/{order.number}/invoice", query_string={"key": key})
    assert page.status_code == 200
    for text in (
        "Invoice", order.number, "Kashcraft, Boulevard Road, Srinagar 190001, India", "Ada King",
        "12 Larch Lane", "March 2, 2026", "Visa ending 4242", "Sozni shawl", shawl.sku or "", "8.875%",
        "$215.50", "$431.00", "$40.00", "$471.00", "$42.24", "$518.24", "−$100.00", "$418.24", "USD",
    ):  # fmt: skip
        assert text in page.text, text
    assert "<script" not in page.text
    assert f'href="/orders/{order.number}?key={key}">Back to the order</a>' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_an_unpaid_order_says_so_on_its_invoice(
    database: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    order = place((stocked(5), 1))
    key = sign("order", [str(order.id), 1])
    page = client.get(f"/orders/{order.number}/invoice", query_string={"key": key})
    assert "Not yet" in page.text
