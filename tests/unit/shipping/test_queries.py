from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from kashcraft.core.db import db, step
from kashcraft.shipping import queries, services
from kashcraft.shipping.models import MethodCode, ShippingZone
from kashcraft.shipping.rules import Band, Method, Zone


def add_zone(name: str, *countries: tuple[str, str], **more: Any) -> ShippingZone:
    zone = services.save_zone(name=name, currency="USD", countries=countries, **more)
    services.save_method(
        zone=zone,
        code=MethodCode.STANDARD,
        name="Standard",
        bands=[Band(price=700), Band(price=500, from_merchandise=5000), Band(price=1200, over_grams=1000)],
        transit_days_min=2,
        transit_days_max=4,
        position=1,
    )
    return zone


def add_express(zone: ShippingZone, **more: Any) -> None:
    services.save_method(
        zone=zone,
        code=MethodCode.EXPRESS,
        name="Express",
        bands=[Band(price=1500)],
        transit_days_min=1,
        transit_days_max=1,
        **more,
    )


def test_a_zone_comes_with_methods_and_prices_in_one_statement(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    with step():
        zone = add_zone("Home", ("US", ""), free_above=10_000)
        add_express(zone, handling_days=0, max_weight_grams=5000, tax_class="services")
    with count_statements() as seen:
        found = queries.find_zone(" us ", "NY")
    assert len(seen) == 1
    express = Method(
        code="express",
        name="Express",
        bands=(Band(price=1500),),
        handling_days=0,
        transit_days_min=1,
        transit_days_max=1,
        tax_class="services",
        is_express=True,
        max_weight_grams=5000,
    )
    standard = Method(
        code="standard",
        name="Standard",
        bands=(Band(price=700), Band(price=500, from_merchandise=5000), Band(price=1200, over_grams=1000)),
        handling_days=1,
        transit_days_min=2,
        transit_days_max=4,
    )
    assert found == Zone(name="Home", currency="USD", free_above=10_000, methods=(express, standard))


@pytest.mark.parametrize(
    ("country", "region", "name"),
    [
        ("US", "HI", "Far states"),
        ("US", "NY", "Home"),
        ("US", "", "Home"),
        ("JP", "", "World"),
        ("IN", "JK", "India"),
    ],
)
def test_a_region_precedes_its_country_and_both_the_rest_of_the_world(
    database: Flask, country: str, region: str, name: str
) -> None:
    with step():
        add_zone("World", is_rest_of_world=True)
        add_zone("Home", ("US", ""), ("CA", ""))
        add_zone("Far states", ("US", "HI"), ("US", "AK"))
        add_zone("India", ("IN", ""))
    found = queries.find_zone(country, region)
    assert found is not None
    assert found.name == name


def test_without_a_rest_of_the_world_other_countries_have_no_zone(database: Flask) -> None:
    with step():
        add_zone("Home", ("US", ""))
    assert queries.find_zone("JP") is None


def test_inactive_methods_are_left_out(database: Flask) -> None:
    with step():
        add_express(add_zone("Home", ("US", "")), is_active=False)
    found = queries.find_zone("US")
    assert found is not None
    assert [method.code for method in found.methods] == ["standard"]


def test_coverage_has_countries_and_the_rest_of_the_world(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    with step():
        add_zone("Home", ("US", ""), ("CA", "BC"))
    with count_statements() as seen:
        covered = queries.get_coverage()
    assert len(seen) == 1
    assert covered == queries.Coverage(countries=frozenset({"US", "CA"}), everywhere=False)
    assert [covered.includes(country) for country in ("us", "CA", "JP")] == [True, True, False]
    with step():
        add_zone("World", is_rest_of_world=True)
    assert queries.get_coverage().includes("JP")


def test_coverage_is_cached_until_zones_change(database: Flask, count_statements: Callable[[], Any]) -> None:
    with step():
        add_zone("Home", ("US", ""))
    assert not queries.get_coverage(version=1).includes("JP")
    with step():
        add_zone("World", is_rest_of_world=True)
    with count_statements() as seen:
        assert not queries.get_coverage(version=1).includes("JP")
    assert len(seen) == 0
    assert queries.get_coverage(version=2).includes("JP")


def test_reading_all_zones_takes_as_many_statements_as_one(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    def read() -> list[tuple[str, int, list[int]]]:
        return [
            (zone.name, len(zone.countries), [len(method.bands) for method in zone.methods])
            for zone in queries.list_zones()
        ]

    with step():
        add_zone("World", is_rest_of_world=True, position=20)
    with count_statements() as one:
        assert read() == [("World", 0, [3])]
    db.session.rollback()
    with step():
        add_express(add_zone("Home", ("US", ""), position=1))
        for number in range(8):
            add_zone(f"Zone {number}", ("FJ", str(number)), position=2 + number)
    with count_statements() as many:
        found = read()

    assert (found[0], found[-1], len(found)) == (("Home", 1, [1, 3]), ("World", 0, [3]), 10)
    assert len(one) == len(many)
