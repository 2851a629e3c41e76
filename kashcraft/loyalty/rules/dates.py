"""Calculations with months and birthdays."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime

LEAP_YEAR = 2000


def months_later(moment: datetime, months: int) -> datetime:
    """Return ``moment`` a number of months later, on the last day of a month that lacks its day."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def is_birthday(day: int, month: int) -> bool:
    """Return whether the day exists in the month. February 29 counts."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(LEAP_YEAR, month)[1]


def birthdays_on(day: date) -> list[tuple[int, int]]:
    """Return the (month, day) of the birthdays to celebrate on ``day``. February 29 is celebrated on February
    28.
    """
    if (day.month, day.day) == (2, 28):
        return [(2, 28), (2, 29)]
    return [] if (day.month, day.day) == (2, 29) else [(day.month, day.day)]


def month_starts(day: date, first: int, last: int) -> list[date]:
    """Return the first days of the months from ``first`` to ``last``, counted from the month of ``day``."""
    months = (divmod(day.year * 12 + day.month - 1 + offset, 12) for offset in range(first, last + 1))
    return [date(year, month + 1, 1) for year, month in months]
