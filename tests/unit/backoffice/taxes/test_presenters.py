from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from kashcraft.backoffice.taxes.presenters import country_filter, days_text, rate_row
from kashcraft.core.formats import Formats
from kashcraft.taxes.rules import Period, Rate

FIRST, LAST = date(2026, 3, 2), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (None, None, "Always"),
        (FIRST, None, "From March 2, 2026"),
        (None, LAST, "Until April 1, 2026"),
        (FIRST, LAST, "March 2, 2026 to April 1, 2026"),
    ],
)
def test_the_days_of_a_rate_are_written(
    database: Flask, first: date | None, last: date | None, text: str
) -> None:
    rate = Rate(tax_class="food", country="FJ", rate=5, name="VAT", valid_from=first, valid_until=last)

    assert days_text(rate, Formats()) == text


def test_a_row_names_the_place_from_wide_to_narrow(database: Flask) -> None:
    rate = Rate(
        tax_class="food", country="US", region="NY", postal_prefix="100", rate=88_750, name="Sales tax"
    )
    row = rate_row("1", rate, Period.NOW, Formats(), url="/x")

    assert (row.cells[0].text, row.cells[0].note, row.cells[0].href) == ("United States", "NY, 100…", "/x")
    assert [cell.text for cell in row.cells[1:]] == ["Sales tax", "food", "8.875%", "Always", "Applies"]


def test_countries_with_a_rate_are_offered_once_by_name(database: Flask) -> None:
    assert list(country_filter(["US", "FJ", "US"]).choices)[1:] == [("FJ", "Fiji"), ("US", "United States")]
