"""For how long views of posts are stored by day."""

from __future__ import annotations

from datetime import date

MONTHS_OF_DAYS = 13


def first_daily_day(today: date) -> date:
    """Return the first day whose views are stored by day: the first of the month 13 months ago.

    Whole months are rolled up, so that each month is read either by its days or as one sum.
    """
    months = today.year * 12 + (today.month - 1) - MONTHS_OF_DAYS
    return date(months // 12, months % 12 + 1, 1)
