"""Constraints of zones and methods."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.shipping.models import (
    MethodCode,
    ShippingMethod,
    ShippingRateBand,
    ShippingZone,
    ShippingZoneCountry,
)

ZONE_ID, METHOD_ID = new_id(), new_id()


def zone(**more: Any) -> ShippingZone:
    return ShippingZone(**({"id": ZONE_ID, "name": "Home", "currency": "USD"} | more))


def method(**more: Any) -> ShippingMethod:
    defaults = {
        "id": METHOD_ID,
        "zone_id": ZONE_ID,
        "code": MethodCode.STANDARD,
        "name": "Standard",
        "transit_days_min": 1,
        "transit_days_max": 2,
    }
    return ShippingMethod(**(defaults | more))


def country(**more: Any) -> ShippingZoneCountry:
    return ShippingZoneCountry(**({"zone_id": ZONE_ID, "country": "US"} | more))


def band(**more: Any) -> ShippingRateBand:
    return ShippingRateBand(**({"method_id": METHOD_ID, "price": 700} | more))


@pytest.mark.parametrize(
    "rows",
    [
        [zone(free_above=-1)],
        [zone(), zone(id=new_id())],
        [zone(is_rest_of_world=True), zone(id=new_id(), name="Other", is_rest_of_world=True)],
        [country()],
        [zone(), country(country="us")],
        [zone(), country(country="U")],
        [zone(), country(), country()],
        [zone(), method(), method(id=new_id())],
        [zone(), method(handling_days=-1)],
        [zone(), method(transit_days_min=3)],
        [zone(), method(transit_days_min=-1)],
        [zone(), method(max_weight_grams=0)],
        [zone(), method(), band(price=-1)],
        [zone(), method(), band(over_grams=-1)],
        [zone(), method(), band(from_merchandise=-1)],
        [zone(), method(), band(), band()],
    ],
)
def test_an_impossible_row_is_refused(database: Flask, rows: list[Any]) -> None:
    with pytest.raises(IntegrityError), step() as session:
        session.add_all([type(row)(**_values(row)) for row in rows])


def _values(row: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def test_rows_with_different_keys_are_allowed(database: Flask) -> None:
    with step() as session:
        session.add_all(
            [zone(), zone(id=new_id(), name="Other"), country(), country(region="HI"), method(), band()]
        )
