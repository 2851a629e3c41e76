"""Which days of the journal are kept one by one."""

from __future__ import annotations

from datetime import date

DAYS_KEPT_MONTHS = 13


def first_day_kept(today: date) -> date:
    """Return the first day whose views are kept by day: the first of the month that was 13 months ago.

    Whole months are rolled up, so that each month is read either by its days or as one sum.
    """
    months = today.year * 12 + (today.month - 1) - DAYS_KEPT_MONTHS
    return date(months // 12, months % 12 + 1, 1)
