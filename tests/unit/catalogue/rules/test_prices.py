"""The price at a moment, and the earlier price that is crossed out during a sale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from kashcraft.catalogue.rules import PricePeriod, crossed_out, price_now, price_periods, reference_price

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Entry(NamedTuple):
    """An entry of a history."""

    changed_at: datetime
    price: int
    sale_price: int | None = None
    sale_starts_at: datetime | None = None
    sale_ends_at: datetime | None = None


def day(number: float) -> datetime:
    """Return a moment in days from now, negative before now."""
    return NOW + timedelta(days=number)


def entry(
    since: float, price: int, sale: int | None = None, starts: float | None = None, ends: float | None = None
) -> Entry:
    """Return an entry with its moments in days from now."""
    return Entry(
        day(since),
        price,
        sale,
        None if starts is None else day(starts),
        None if ends is None else day(ends),
    )


@pytest.mark.parametrize(
    ("sale", "starts", "ends", "price"),
    [
        (None, None, None, 1000),
        (800, None, None, 800),
        (800, NOW, None, 800),
        (800, NOW + HOUR, None, 1000),
        (800, None, NOW + HOUR, 800),
        (800, None, NOW, 1000),
        (800, NOW - HOUR, NOW + HOUR, 800),
    ],
)
def test_a_sale_includes_its_start_and_excludes_its_end(
    sale: int | None, starts: datetime | None, ends: datetime | None, price: int
) -> None:
    assert price_now(1000, sale, starts, ends, NOW) == price


@pytest.mark.parametrize(
    ("current", "reference", "amount"),
    [(800, 950, 950), (800, None, None), (1000, 950, None), (1000, None, None)],
)
def test_the_reference_price_is_crossed_out_only_during_the_sale(
    current: int, reference: int | None, amount: int | None
) -> None:
    assert crossed_out(1000, current, reference) == amount


def test_periods_follow_the_entries_and_the_days_of_their_sales() -> None:
    history = [entry(-20, 1000), entry(-10, 1100, 900, -8, -5), entry(-2, 1200, 700, 3, 6)]
    periods = [(one.begins, one.amount, one.is_sale) for one in price_periods(history)]
    assert periods == [
        (day(-20), 1000, False),
        (day(-10), 1100, False),
        (day(-8), 900, True),
        (day(-5), 1100, False),
        (day(-2), 1200, False),
        (day(3), 700, True),
        (day(6), 1200, False),
    ]


def test_an_entry_that_was_replaced_at_once_has_no_period() -> None:
    periods = price_periods([entry(-3, 1000), entry(-3, 900), entry(-1, 800)])
    assert periods[0] == PricePeriod(day(-3), day(-1), 900, is_sale=False)
    assert [one.amount for one in periods] == [900, 800]


@pytest.mark.parametrize(
    ("history", "reference"),
    [
        pytest.param([entry(-90, 1000)], None, id="no sale"),
        pytest.param([entry(-90, 1000), entry(-10, 900)], None, id="a plain cut of the price"),
        pytest.param([entry(-90, 1000), entry(0, 1000, 800)], 1000, id="a sale"),
        pytest.param(
            [entry(-90, 1000), entry(-7, 1300), entry(0, 1300, 900)], 1000, id="after a raise a week ago"
        ),
        pytest.param(
            [entry(-90, 1000), entry(-7, 1300), entry(0, 1300, 1000)], None, id="back to before the raise"
        ),
        pytest.param(
            [entry(-90, 1000), entry(-7, 1300), entry(0, 1300, 1100)], None, id="above before the raise"
        ),
        pytest.param(
            [entry(-90, 1000), entry(-30, 1300), entry(0, 1300, 1100)], 1300, id="after a raise 30 days ago"
        ),
        pytest.param(
            [entry(-90, 1000), entry(-29.9, 1300), entry(0, 1300, 1100)], None, id="a raise not 30 days ago"
        ),
        pytest.param([entry(-90, 1000), entry(-10, 900), entry(0, 900, 800)], 900, id="a cut, then a sale"),
        pytest.param(
            [entry(-90, 1000), entry(-20, 1000, 800, -20, -10), entry(0, 1000, 800)],
            None,
            id="a sale after the same sale",
        ),
        pytest.param(
            [entry(-90, 1000), entry(-20, 1000, 800, -20, -10), entry(0, 1000, 700)],
            800,
            id="a sale after a dearer sale",
        ),
        pytest.param(
            [entry(-90, 1000), entry(-60, 1000, 800, -60, -31), entry(0, 1000, 800)],
            1000,
            id="a sale after one long ago",
        ),
        pytest.param(
            [entry(-90, 1000), entry(-10, 1000, 800, -10, 2), entry(0, 1000, 800, -10, 20)],
            1000,
            id="a sale that is extended",
        ),
        pytest.param(
            [entry(-90, 1000), entry(-50, 1000, 800), entry(0, 1000, 800, None, 9)],
            1000,
            id="a long sale gets an end",
        ),
        pytest.param(
            [entry(-90, 1000), entry(-10, 1000, 800, -10, 0), entry(0, 1000, 800)],
            1000,
            id="extended at its end",
        ),
        pytest.param(
            [entry(-90, 1000), entry(-10, 1000, 800, -10, -1), entry(0, 1000, 800)],
            None,
            id="extended after its end",
        ),
        pytest.param(
            [entry(-90, 1000), entry(-10, 1000, 800), entry(0, 1000, 700)], 800, id="a sale that gets deeper"
        ),
        pytest.param(
            [entry(-90, 1000), entry(-10, 1000, 800), entry(0, 1000, 900)], None, id="a sale that gets dearer"
        ),
        pytest.param(
            [entry(-90, 1000), entry(-10, 1000, 800), entry(0, 1400, 800)],
            1000,
            id="the regular price rises during the sale",
        ),
        pytest.param([entry(-10, 1000), entry(0, 1000, 800)], 1000, id="a product of 10 days"),
        pytest.param([entry(0, 1000, 800)], None, id="a new product on sale"),
        pytest.param([entry(0, 1000, 800, 5, 9)], 1000, id="a new product with a sale to come"),
        pytest.param([entry(-90, 1000), entry(0, 1000, 800, 5, 9)], 1000, id="a sale to come"),
        pytest.param(
            [entry(-90, 900), entry(0, 1000, 850, 29, 40)],
            900,
            id="a sale that begins less than 30 days after a raise",
        ),
        pytest.param(
            [entry(-90, 900), entry(0, 1000, 850, 30, 40)],
            1000,
            id="a sale that begins 30 days after a raise",
        ),
        pytest.param([entry(-90, 1000), entry(-9, 1000, 800), entry(0, 1000)], None, id="the end of a sale"),
        pytest.param([entry(-90, 1000), entry(0, 1000, 800, -9, -1)], None, id="a sale that is over"),
        pytest.param([entry(-90, 1000, 800, -20, 20)], 1000, id="a sale that was known before"),
        pytest.param([entry(-90, 800), entry(0, 1000, 800)], None, id="the former price as a sale price"),
    ],
)
def test_the_lowest_price_of_the_30_days_before_the_sale_is_the_reference(
    history: list[Entry], reference: int | None
) -> None:
    assert reference_price(history) == reference
