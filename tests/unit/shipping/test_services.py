from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.audit.queries import list_entries_of
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.shipping import queries, services
from kashcraft.shipping.models import (
    MethodCode,
    ShippingMethod,
    ShippingRateBand,
    ShippingZone,
    ShippingZoneCountry,
)
from kashcraft.shipping.rules import Band
from tests.factories.delivery import make_method, method_input, zone_input

STANDARD: dict[str, Any] = {
    "code": MethodCode.STANDARD,
    "name": "Standard",
    "bands": [Band(price=700)],
    "transit_days_min": 2,
    "transit_days_max": 4,
}


def home(**more: Any) -> ShippingZone:
    return services.save_zone(**({"name": "Home", "currency": "USD", "countries": [("US", "")]} | more))


def count(model: type[Any]) -> int | None:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_saving_a_zone_again_replaces_its_countries_but_not_its_methods(database: Flask) -> None:
    with step():
        first = home(countries=[("us", ""), ("CA", "")])
        services.save_method(zone=first, **STANDARD)
    with step():
        second = home(countries=[("US", ""), ("MX", "")], free_above=5000, position=3)
    assert second.id == first.id
    (zone,) = queries.list_zones()
    assert sorted(row.country for row in zone.countries) == ["MX", "US"]
    assert (zone.free_above, zone.position, len(zone.methods)) == (5000, 3, 1)


def test_saving_a_method_again_replaces_its_prices(database: Flask) -> None:
    with step():
        zone = home()
        services.save_method(
            zone=zone, **(STANDARD | {"bands": [Band(price=700), Band(price=900, over_grams=500)]})
        )
    with step():
        bands = [Band(price=800), Band(price=600, from_merchandise=5000)]
        services.save_method(zone=zone, **(STANDARD | {"bands": bands, "name": "By post", "position": 2}))
    found = queries.find_zone("US")
    assert found is not None
    (method,) = found.methods
    assert (method.name, method.bands) == ("By post", tuple(bands))
    assert count(ShippingRateBand) == 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"currency": "XQX"}, "currency_unknown"),
        ({"countries": [("USA", "")]}, "country_code"),
        ({"free_above": -1}, "amount_negative"),
        ({"countries": [("CA", "")]}, "country_taken"),
        ({"is_rest_of_world": True}, "rest_of_world_taken"),
    ],
)
def test_an_impossible_zone_is_refused_and_nothing_changes(
    database: Flask, wrong: dict[str, Any], code: str
) -> None:
    with step():
        services.save_zone(name="World", currency="USD", countries=[("CA", "")], is_rest_of_world=True)
    with pytest.raises(DomainError) as refusal, step():
        home(**wrong)
    assert refusal.value.code == code
    assert [zone.name for zone in queries.list_zones()] == ["World"]


def test_a_country_of_another_zone_is_refused_with_its_name(database: Flask) -> None:
    with step():
        home()
    with pytest.raises(DomainError) as refusal, step():
        services.save_zone(name="Other", currency="USD", countries=[("US", "")])
    assert refusal.value.details == {"country": "US", "region": "", "zone": "Home"}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"transit_days_min": 5}, "transit_days"),
        ({"handling_days": -1}, "transit_days"),
        ({"bands": []}, "bands_missing"),
        ({"bands": [Band(price=1, over_grams=500)]}, "bands_missing"),
        ({"bands": [Band(price=1), Band(price=2)]}, "band_twice"),
        ({"bands": [Band(price=-1)]}, "amount_negative"),
        ({"bands": [Band(price=1), Band(price=2, over_grams=5, from_merchandise=5)]}, "band_without_base"),
    ],
)
def test_a_method_with_gaps_in_its_prices_or_days_is_refused(
    database: Flask, wrong: dict[str, Any], code: str
) -> None:
    with step():
        zone = home()
    with pytest.raises(DomainError) as refusal, step():
        services.save_method(zone=zone, **(STANDARD | wrong))
    assert refusal.value.code == code
    assert count(ShippingMethod) == 0


def test_removing_a_zone_deletes_its_methods_and_bands(database: Flask) -> None:
    with step():
        zone = home()
        services.save_method(zone=zone, **STANDARD)
    with step():
        services.remove_zone(zone_id=zone.id)
    tables = (ShippingZone, ShippingZoneCountry, ShippingMethod, ShippingRateBand)
    assert [count(table) for table in tables] == [0, 0, 0, 0]


def test_removing_a_method_deletes_its_prices_but_not_the_zone(database: Flask) -> None:
    with step():
        method = services.save_method(zone=home(), **STANDARD)
    with step():
        services.remove_method(method_id=method.id)
    assert [count(table) for table in (ShippingZone, ShippingMethod, ShippingRateBand)] == [1, 0, 0]


@pytest.mark.parametrize("remove", [{"zone_id": uuid4()}, {"method_id": uuid4()}])
def test_a_missing_row_cannot_be_removed(database: Flask, remove: dict[str, Any]) -> None:
    service = services.remove_zone if "zone_id" in remove else services.remove_method
    with pytest.raises(NotFound), step():
        service(**remove)


def test_a_change_of_something_newer_is_refused(database: Flask) -> None:
    zone_id, method_id = make_method(zone_input("Pacific"))
    for change in (
        lambda: services.change_zone(zone_id=zone_id, data=zone_input("Ocean"), seen="older"),
        lambda: services.change_method(method_id=method_id, data=method_input(name="Ship"), seen="older"),
    ):
        with pytest.raises(DomainError) as refusal, step():
            change()
        assert refusal.value.code == "outdated"
    (zone,) = queries.list_zones()
    assert (zone.name, zone.methods[0].name) == ("Pacific", "By sea")


def test_changes_are_recorded_with_the_values_that_differ(database: Flask) -> None:
    zone_id, method_id = make_method(zone_input("Pacific"))
    with step():
        services.change_method(method_id=method_id, data=method_input(Band(price=900)))
    with step():
        services.change_method(method_id=method_id, data=method_input(Band(price=900)))
        services.move_zone(zone_id=zone_id, up=True)
    changed, created = list_entries_of("shipping method", method_id)
    assert (changed.action, changed.title, created.action) == ("changed", "Pacific: By sea", "created")
    assert changed.after == {"prices": [{"over_grams": 0, "from_amount": 0, "price": 900}]}
    assert [entry.action for entry in list_entries_of("shipping zone", zone_id)] == ["created"]
