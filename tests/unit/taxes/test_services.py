from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from kashcraft.core.db import step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.taxes import queries, services

PLACE: dict[str, Any] = {"tax_class": "standard", "country": "DE"}


def test_saving_a_rate_again_updates_it(database: Flask) -> None:
    with step():
        first = services.save_rate(**PLACE, rate=190_000, name="VAT")
    with step():
        services.save_rate(**PLACE, rate=160_000, name="Lowered", valid_until=date(2026, 12, 31))
    (row,) = queries.list_rates()
    assert (row.id, row.rate, row.name, row.valid_until) == (first.id, 160_000, "Lowered", date(2026, 12, 31))


def test_another_first_day_is_another_row(database: Flask) -> None:
    with step():
        services.save_rate(**PLACE, rate=190_000, name="VAT")
        services.save_rate(**PLACE, rate=200_000, name="VAT", valid_from=date(2027, 1, 1))
    assert [row.rate for row in sorted(queries.list_rates(), key=lambda row: row.rate)] == [190_000, 200_000]


def test_codes_are_stored_in_their_compared_form(database: Flask) -> None:
    with step():
        row = services.save_rate(
            tax_class="standard", country=" gb", region="eng ", postal_prefix="sw1-", rate=1, name="x"
        )
    assert (row.country, row.region, row.postal_prefix) == ("GB", "ENG", "SW1")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"country": "DEU"}, "country_code"),
        ({"country": "1A"}, "country_code"),
        ({"rate": -1}, "tax_rate_range"),
        ({"rate": 1_000_001}, "tax_rate_range"),
        ({"postal_prefix": "1234567890123"}, "postal_prefix_length"),
        ({"valid_from": date(2026, 2, 2), "valid_until": date(2026, 2, 1)}, "tax_window"),
    ],
)
def test_an_impossible_rate_is_refused_and_nothing_changes(
    database: Flask, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(DomainError) as refusal, step():
        services.save_rate(**(PLACE | {"rate": 1, "name": "x"} | wrong))
    assert refusal.value.code == code
    assert queries.list_rates() == []


def test_a_rate_can_be_removed_once(database: Flask) -> None:
    with step():
        row = services.save_rate(**PLACE, rate=190_000, name="VAT")
    with step():
        services.remove_rate(rate_id=row.id)
    assert queries.list_rates() == []
    with pytest.raises(NotFound), step():
        services.remove_rate(rate_id=uuid4())
