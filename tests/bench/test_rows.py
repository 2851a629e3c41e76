"""Rows: the ratio to the bare page, which rows are usable, and when a measurement is repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bench.rows import Outcome, Row, Subject, Unit, measure_between_readings

LISTING = Subject("listing", "postgres", 10_000)
SALE = Subject("sale", "postgres", 10_000, Unit.SECONDS)


def readings(*values: float) -> Callable[[], float]:
    left: Iterator[float] = iter(values)
    return lambda: next(left)


def test_ratio_is_to_the_mean_of_both_readings() -> None:
    row = Row(LISTING, Outcome(900.0), before=2800.0, after=3200.0)

    assert row.ratio == 0.3


@pytest.mark.parametrize(
    ("before", "after", "usable"),
    [
        (3000.0, 3000.0, True),
        (3000.0, 2400.0, True),
        (3000.0, 2399.0, False),
        (2400.0, 3000.0, True),
        (2399.0, 3000.0, False),
    ],
)
def test_row_is_usable_where_readings_differ_by_a_fifth_at_most(
    before: float, after: float, usable: bool
) -> None:
    assert Row(LISTING, Outcome(900.0), before, after).is_usable is usable


def test_unusable_row_has_neither_ratio_nor_verdict() -> None:
    row = Row(LISTING, Outcome(900.0), before=4005.0, after=1534.0)

    assert (row.ratio, row.is_reached) == (None, None)


def test_seconds_have_no_ratio_and_are_compared_themselves() -> None:
    reached = Row(SALE, Outcome(0.4), before=3000.0, after=3000.0)
    missed = Row(SALE, Outcome(0.401), before=3000.0, after=3000.0)

    assert (reached.ratio, reached.is_reached, missed.is_reached) == (None, True, False)


def test_memory_needs_no_readings() -> None:
    row = Row(Subject("memory-web", "postgres", 10_000, Unit.MEBIBYTES), Outcome(181.0))

    assert (row.is_usable, row.ratio, row.is_reached) == (True, None, False)


def test_what_the_shop_did_wrong_misses_the_target() -> None:
    row = Row(SALE, Outcome(0.1, wrong="51 of 50 units sold"), before=3000.0, after=3000.0)

    assert row.is_reached is False


def test_wrong_rows_miss_the_target_although_they_are_unusable() -> None:
    row = Row(SALE, Outcome(0.1, wrong="51 of 50 units sold"), before=3000.0, after=1000.0)

    assert row.is_reached is False


def test_usable_row_is_measured_once() -> None:
    work = readings(900.0)

    row = measure_between_readings(LISTING, lambda: Outcome(work()), readings(3000.0, 2900.0), attempts=3)

    assert row == Row(LISTING, Outcome(900.0), 3000.0, 2900.0, attempts=1)


def test_unusable_row_is_measured_again_from_the_reading_that_ended_it() -> None:
    work = readings(900.0, 500.0)

    row = measure_between_readings(
        LISTING, lambda: Outcome(work()), readings(3000.0, 2000.0, 2100.0), attempts=3
    )

    assert row == Row(LISTING, Outcome(500.0), 2000.0, 2100.0, attempts=2)


def test_row_that_stays_unusable_is_given_up_after_the_last_attempt() -> None:
    work = readings(900.0, 500.0, 700.0)

    row = measure_between_readings(
        LISTING, lambda: Outcome(work()), readings(3000.0, 2000.0, 3000.0, 2000.0), attempts=3
    )

    assert row == Row(LISTING, Outcome(700.0), 3000.0, 2000.0, attempts=3)
