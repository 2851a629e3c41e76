"""The days of a sale hold as long as its price does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kashcraft.core.formats import Formats
from kashcraft.product_csv.rules.sales import Sale, ending, sale_after
from tests.unit.product_csv.rules.test_changes import CSV

BEGINS, ENDS = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
RUNNING = Sale(3000, BEGINS, ENDS)
PLANNED = Sale(3000, BEGINS, ENDS, is_planned=True)
FORMATS = Formats("en_US", UTC)
VARIANT = replace(CSV.variants[0], price=4000, sale_price=None)


@pytest.mark.parametrize(
    ("sale_price", "before", "after"),
    [
        (None, None, None),
        (3000, None, Sale(3000)),
        (3000, RUNNING, RUNNING),
        (2500, RUNNING, Sale(2500)),
        (None, RUNNING, None),
        (None, PLANNED, PLANNED),
        (2500, PLANNED, Sale(2500)),
        (3000, PLANNED, PLANNED),
    ],
)
def test_a_sale_goes_on_while_the_file_repeats_its_price(
    sale_price: int | None, before: Sale | None, after: Sale | None
) -> None:
    assert sale_after(replace(VARIANT, sale_price=sale_price), before) == after


@pytest.mark.parametrize(("price", "stays"), [(3001, True), (3000, False), (2000, False)])
def test_a_planned_sale_ends_where_the_regular_price_is_not_above_it(price: int, stays: bool) -> None:
    assert sale_after(replace(VARIANT, price=price), PLANNED) == (PLANNED if stays else None)


@pytest.mark.parametrize(
    ("sale", "after", "expected"),
    [
        (None, None, ""),
        (RUNNING, RUNNING, ""),
        (Sale(3000), None, ""),
        (RUNNING, None, "the sale until March 31, 2026 ends; the file has no sale"),
        (RUNNING, Sale(2500), "the sale until March 31, 2026 ends; the file's sale has no days"),
        (Sale(3000, BEGINS), None, "the sale from March 1, 2026 ends; the file has no sale"),
        (PLANNED, None, "the sale from March 1, 2026 until March 31, 2026 ends; the file has no sale"),
    ],
)
def test_the_end_of_a_sale_names_its_last_day(sale: Sale | None, after: Sale | None, expected: str) -> None:
    assert ending(sale, after, FORMATS.day) == expected
