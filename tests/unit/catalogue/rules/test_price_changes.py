"""New prices of many products: rounded half up once, and never below 0."""

from __future__ import annotations

import pytest

from kashcraft.catalogue.rules.price_changes import change_price
from kashcraft.core.errors import DomainError
from kashcraft.core.money import Money


@pytest.mark.parametrize(
    ("minor", "currency", "basis_points", "amount", "expected"),
    [
        (4000, "USD", 1000, 0, 4400),
        (4001, "USD", 1250, 0, 4501),
        (1250, "USD", -1000, 0, 1125),
        (25, "USD", 1000, 0, 28),
        (25, "USD", -1000, 0, 22),
        (4000, "USD", 1000, -5, 4395),
        (4000, "USD", 0, -4000, 0),
        (999, "JPY", 500, 1, 1050),
    ],
)
def test_a_share_is_rounded_before_the_amount_is_added(
    minor: int, currency: str, basis_points: int, amount: int, expected: int
) -> None:
    changed = change_price(Money(minor, currency), basis_points=basis_points, amount=amount)

    assert changed == Money(expected, currency)


def test_a_price_below_nothing_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        change_price(Money(4000, "USD"), amount=-4001)
    assert (refused.value.code, refused.value.field) == ("price_negative", "amount")
