"""Amounts of an invoice."""

from __future__ import annotations

from typing import Any

import pytest

from kashcraft.orders import rules
from kashcraft.orders.models import OrderLine
from kashcraft.orders.rules import TaxedPart
from tests.factories.drafts import made_order

SHAWL = OrderLine(gross=5000, discount=400, tax=920, tax_rate=200_000)
TRACE = [{"step": "tax", "amount": 33, "values": {"rate": 66_000}}]


def test_the_net_of_a_line_is_without_tax() -> None:
    assert rules.line_part(made_order(), SHAWL) == TaxedPart(4600, 200_000, 920)
    assert rules.line_part(made_order(prices_include_tax=True), SHAWL) == TaxedPart(3680, 200_000, 920)
    assert TaxedPart(4600, 200_000, 920).amount == 5520


@pytest.mark.parametrize(
    ("tax", "trace", "part"),
    [
        (100, [], TaxedPart(500, 200_000, 100)),
        (0, [], TaxedPart(500, 0, 0)),
        (33, TRACE, TaxedPart(500, 66_000, 33)),
        (33, [], TaxedPart(500, None, 33)),
    ],
)
def test_the_delivery_has_the_tax_rate_that_gives_its_tax(
    tax: int, trace: list[Any], part: TaxedPart
) -> None:
    order = made_order(shipping_total=500, shipping_tax=tax, trace=trace)

    assert rules.delivery_part(order, [SHAWL]) == part


def test_sums_are_listed_by_rate_highest_first() -> None:
    parts = [TaxedPart(3000, 0, 0), TaxedPart(4600, 200_000, 920), TaxedPart(500, 200_000, 100)]

    assert rules.sums_by_rate(parts) == [TaxedPart(5100, 200_000, 1020), TaxedPart(3000, 0, 0)]
