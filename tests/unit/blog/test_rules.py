"""For how long views are stored by day."""

from __future__ import annotations

from datetime import date

import pytest

from kashcraft.blog import rules


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 3, 2), date(2025, 2, 1)),
        (date(2026, 3, 31), date(2025, 2, 1)),
        (date(2026, 2, 28), date(2025, 1, 1)),
        (date(2026, 1, 1), date(2024, 12, 1)),
        (date(2026, 12, 31), date(2025, 11, 1)),
    ],
)
def test_days_are_stored_from_the_first_of_the_month_thirteen_months_ago(today: date, first: date) -> None:
    assert rules.first_daily_day(today) == first
