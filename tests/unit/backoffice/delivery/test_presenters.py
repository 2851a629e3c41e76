from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from kashcraft.backoffice.delivery.presenters import (
    ListedMethod,
    days_text,
    free_text,
    missing_countries,
    place_names,
    prices_text,
    zone_part,
)
from kashcraft.core.formats import Formats
from kashcraft.shipping.rules import Band, ZoneInput
from tests.factories.delivery import method_input, zone_input

FORMATS = Formats()


def test_places_are_named_and_the_rest_of_the_world_comes_last(database: Flask) -> None:
    places = frozenset({("US", "HI"), ("FJ", "")})
    zone = ZoneInput(name="Pacific", currency="USD", places=places, is_rest_of_world=True)

    assert place_names(zone) == ["Fiji", "United States (HI)", "All other countries"]


def test_countries_without_delivery_are_counted_unless_one_zone_has_the_others(database: Flask) -> None:
    regions = ZoneInput(name="Islands", currency="USD", places=frozenset({("US", "HI")}))
    found = missing_countries([zone_input("Pacific", "FJ", "WS"), regions], FORMATS)
    everything = missing_countries([], FORMATS)

    assert found is not None
    assert everything is not None
    assert (found.partly, everything.count - found.count) == ("United States", 3)
    assert found.none.startswith("Afghanistan, ")
    assert missing_countries([replace(regions, is_rest_of_world=True)], FORMATS) is None


@pytest.mark.parametrize(
    ("amount", "text"), [(None, "Standard delivery is never free."), (0, "$0.00"), (5_000, "$50.00")]
)
def test_free_delivery_is_a_sentence(database: Flask, amount: int | None, text: str) -> None:
    assert text in free_text(zone_input(free_above=amount), FORMATS)


def test_a_method_is_summed_up(database: Flask) -> None:
    method = method_input(Band(price=700), Band(price=1200, over_grams=1000))

    assert (days_text(method), prices_text(method, "USD", FORMATS)) == ("3–5 days", "$7.00 to $12.00")
    one = replace(method_input(), handling_days=0, transit_days_min=1, transit_days_max=1)
    assert (days_text(one), prices_text(one, "USD", FORMATS)) == ("1 day", "$7.00")


def test_a_long_zone_is_shortened_and_complete_below(database: Flask) -> None:
    zone = zone_input("Europe", "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI")
    part = zone_part(
        "z", zone, [ListedMethod("m", method_input(), "")], FORMATS, place=0, last=1, can_edit=False
    )

    assert part.places == "Austria, Belgium, Bulgaria, Cyprus, Czechia, Denmark, Estonia and 3 more"
    assert part.all_places.endswith("Estonia, Finland, Germany, and Spain")
    assert [cell.text for cell in part.methods.rows[0].cells] == [
        "By sea",
        "3–5 days",
        "$7.00",
        "None",
        "Offered",
    ]
    assert (part.is_first, part.is_last, part.has_every_speed) == (True, False, False)
