from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kashcraft.backoffice.delivery.rules import TriedParcel, try_parcel
from kashcraft.shipping.rules import Band, DeliveryWindow, Method, Zone
from kashcraft.taxes.rules import Rate

SEA = Method(
    code="standard",
    name="By sea",
    bands=(Band(price=1000),),
    handling_days=1,
    transit_days_min=2,
    transit_days_max=3,
)
AIR = Method(
    code="express", name="By air", bands=(Band(price=2000),), handling_days=0, transit_days_min=1,
    transit_days_max=1, is_express=True, max_weight_grams=500,
)  # fmt: skip
ZONE = Zone(name="Home", currency="USD", methods=(SEA, AIR), free_above=5_000)
RATES = {"standard": Rate(tax_class="standard", country="FJ", rate=100_000, name="VAT")}


@pytest.mark.parametrize(
    ("weight", "merchandise", "inclusive", "expected"),
    [
        (400, 0, False, [("By sea", 1000, 100), ("By air", 2000, 200)]),
        (400, 0, True, [("By sea", 1000, 91), ("By air", 2000, 182)]),
        (501, 5_000, False, [("By sea", 0, 0)]),
    ],
)
def test_a_parcel_is_offered_what_a_cart_is(
    weight: int, merchandise: int, inclusive: bool, expected: list[tuple[str, int, int]]
) -> None:
    tried = try_parcel(
        TriedParcel(weight_grams=weight, merchandise=merchandise),
        ZONE,
        RATES,
        ordered_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        cutoff_hour=14,
        tax_inclusive=inclusive,
    )

    assert [(one.offer.method.name, one.offer.price, one.tax) for one in tried] == expected
    assert tried[0].window == DeliveryWindow(date(2026, 3, 3), date(2026, 3, 5), date(2026, 3, 6))
    assert (tried[0].rate, tried[0].is_included) == (100_000, inclusive)
