"""The demo shop's amounts in the currency of the shop."""

from __future__ import annotations

import pytest

from kashcraft.core.money import Money
from kashcraft.demo.rules.amounts import in_currency


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.50", "USD", 1250), ("12.50", "KWD", 12_500), ("12.50", "JPY", 1250), ("7", "USD", 700)],
)
def test_an_amount_keeps_its_figures_in_every_currency(amount: str, currency: str, minor: int) -> None:
    assert in_currency(amount, currency) == Money(minor, currency)
