"""Constraints of tax rates."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from kashcraft.core.db import db, step
from kashcraft.taxes.models import TaxRate


def rate(**more: Any) -> TaxRate:
    return TaxRate(**({"tax_class": "standard", "country": "DE", "rate": 190_000, "name": "VAT"} | more))


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": -1},
        {"rate": 1_000_001},
        {"country": "de"},
        {"country": "D"},
        {"tax_class": ""},
        {"valid_from": date(2026, 2, 2), "valid_until": date(2026, 2, 1)},
    ],
)
def test_an_impossible_rate_is_refused(database: Flask, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), step() as session:
        session.add(rate(**wrong))


@pytest.mark.parametrize("since", [None, date(2026, 1, 1)])
def test_a_class_has_one_rate_per_place_and_first_day(database: Flask, since: date | None) -> None:
    with pytest.raises(IntegrityError), step() as session:
        session.add_all([rate(valid_from=since), rate(valid_from=since, rate=1)])
    with step() as session:
        session.add_all(
            [rate(), rate(valid_from=date(2026, 1, 1)), rate(region="BY"), rate(tax_class="food")]
        )
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TaxRate)) == 4
