"""Lines and taxes of an invoice in both tax modes."""

from __future__ import annotations

from typing import Any

import pytest

from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderLine
from kashcraft.orders.presenters import invoice
from kashcraft.orders.presenters.invoice import Invoice, TaxSum

# Two shawls at 25.00 with a discount of 4.00 and 20 % tax, a gift card of 30.00, delivery for 5.00.
SHAWLS = {
    "name": "Shawl", "options": "Size: M", "sku": "SH", "quantity": 2, "unit_price": 2500, "gross": 5000,
    "discount": 400, "tax_rate": 200_000,
}  # fmt: skip
CARD = {
    "name": "Gift card", "options": "", "sku": "GC", "quantity": 1, "unit_price": 3000, "gross": 3000,
    "discount": 0, "tax_rate": 0, "tax": 0,
}  # fmt: skip


def dollars(minor: int) -> Money:
    return Money(minor, "USD")


def made(*, inclusive: bool, tax: int, shipping_tax: int, trace: tuple[Any, ...] = ()) -> Invoice:
    order = Order(
        invoice_number=7, currency="USD", prices_include_tax=inclusive, shipping_total=500,
        shipping_tax=shipping_tax, delivery_name="Standard", trace=list(trace),
    )  # fmt: skip
    lines = [OrderLine(**SHAWLS, tax=tax), OrderLine(**CARD)]
    return invoice(order, lines, "KC-", Formats())


def amounts(shown: Invoice) -> list[tuple[str, int, str, int, int]]:
    return [(one.name, one.net.minor, one.rate, one.tax.minor, one.amount.minor) for one in shown.lines]


def test_tax_is_added_to_prices_without_tax() -> None:
    shown = made(inclusive=False, tax=920, shipping_tax=100)

    assert shown.number == "KC-000007"
    assert amounts(shown) == [
        ("Shawl", 4600, "20%", 920, 5520), ("Gift card", 3000, "0%", 0, 3000),
        ("Delivery", 500, "20%", 100, 600),
    ]  # fmt: skip
    assert shown.lines[0].discount == dollars(-400)
    assert shown.taxes == (
        TaxSum("20%", dollars(5100), dollars(1020)), TaxSum("0%", dollars(3000), dollars(0)),
    )  # fmt: skip


def test_included_tax_is_subtracted_from_prices() -> None:
    shown = made(inclusive=True, tax=767, shipping_tax=83)

    assert amounts(shown) == [
        ("Shawl", 3833, "20%", 767, 4600), ("Gift card", 3000, "0%", 0, 3000),
        ("Delivery", 417, "20%", 83, 500),
    ]  # fmt: skip
    assert shown.taxes[0] == TaxSum("20%", dollars(4250), dollars(850))


@pytest.mark.parametrize(
    ("trace", "rate"),
    [
        (({"step": "tax", "amount": 25, "values": {"rate": 50_000, "net": 500}},), "5%"),
        (({"step": "tax", "amount": 25, "text": "Tax at 5% on $5.00, rounded per line"},), ""),
    ],
)
def test_the_tax_rate_of_delivery_comes_from_the_trace_if_no_line_has_it(
    trace: tuple[dict[str, Any], ...], rate: str
) -> None:
    shown = made(inclusive=False, tax=920, shipping_tax=25, trace=trace)

    assert (shown.lines[-1].rate, shown.lines[-1].tax) == (rate, dollars(25))
    assert TaxSum(rate, dollars(500), dollars(25)) in shown.taxes
