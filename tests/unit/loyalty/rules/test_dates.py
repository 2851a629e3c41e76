"""Calculations with months, and birthdays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kashcraft.loyalty.rules import birthdays_on, is_birthday, months_later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ((2026, 3, 2), 12, (2027, 3, 2)),
        ((2028, 2, 29), 12, (2029, 2, 28)),
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2026, 11, 30), 3, (2027, 2, 28)),
        ((2026, 12, 15), 1, (2027, 1, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: tuple[int, int, int], months: int, later: tuple[int, int, int]
) -> None:
    assert months_later(datetime(*day, 10, 30, tzinfo=UTC), months) == datetime(*later, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "month", "real"),
    [(29, 2, True), (30, 2, False), (31, 4, False), (31, 12, True), (0, 1, False), (1, 13, False)],
)
def test_birthday_is_a_day_that_some_year_has(day: int, month: int, real: bool) -> None:
    assert is_birthday(day, month) is real


@pytest.mark.parametrize(
    ("day", "born"),
    [
        (date(2026, 3, 2), [(3, 2)]),
        (date(2026, 2, 28), [(2, 28), (2, 29)]),
        (date(2028, 2, 28), [(2, 28), (2, 29)]),
        (date(2028, 2, 29), []),
    ],
)
def test_29_february_counts_on_28_february(day: date, born: list[tuple[int, int]]) -> None:
    assert birthdays_on(day) == born
