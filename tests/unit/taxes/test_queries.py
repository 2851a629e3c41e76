from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from kashcraft.core.db import step
from kashcraft.taxes import queries, services
from kashcraft.taxes.rules import Destination, rate_of

DAY = date(2026, 3, 2)


def test_all_classes_of_a_destination_are_read_in_one_statement(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    with step():
        services.save_rate(tax_class="standard", country="US", rate=0, name="None")
        services.save_rate(tax_class="standard", country="US", region="NY", rate=40_000, name="NY state")
        services.save_rate(
            tax_class="standard", country="US", region="NY", postal_prefix="100", rate=88_750, name="NYC"
        )
        services.save_rate(tax_class="food", country="US", rate=0, name="Food")
        services.save_rate(tax_class="standard", country="GB", rate=200_000, name="VAT")
    with count_statements() as seen:
        found = queries.list_rates_for(Destination("us", "NY", "10025"), on=DAY)
    assert len(seen) == 1
    assert {tax_class: (rate.rate, rate.name) for tax_class, rate in found.items()} == {
        "standard": (88_750, "NYC"),
        "food": (0, "Food"),
    }
    assert rate_of(queries.list_rates_for(Destination("GB", "", "SW1A 1AA"), on=DAY), "standard") == 200_000
    assert queries.list_rates_for(Destination("FR"), on=DAY) == {}


def test_rates_are_listed_by_place_and_class(database: Flask) -> None:
    with step():
        for country, region in (("US", "NY"), ("DE", ""), ("US", "")):
            services.save_rate(tax_class="standard", country=country, region=region, rate=1, name="x")
    assert [(row.country, row.region) for row in queries.list_rates()] == [
        ("DE", ""),
        ("US", ""),
        ("US", "NY"),
    ]


@pytest.mark.parametrize(
    ("country", "on", "found"),
    [
        ("US", date(2026, 3, 2), True),
        ("us", date(2026, 3, 2), True),
        ("US", date(2026, 2, 28), False),
        ("US", date(2026, 4, 1), False),
        ("FR", date(2026, 3, 2), False),
    ],
)
def test_a_country_has_a_rate_while_one_of_a_part_of_it_is_valid(
    database: Flask, country: str, on: date, found: bool
) -> None:
    with step():
        services.save_rate(
            tax_class="standard",
            country="US",
            region="CA",
            rate=72_500,
            name="State",
            valid_from=date(2026, 3, 1),
            valid_until=date(2026, 3, 31),
        )
    assert queries.has_rate(country, on=on) is found
