"""Months on from a day, and birthdays."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime

LEAP_YEAR = 2000


def months_later(moment: datetime, months: int) -> datetime:
    """Return the same day and time so many months on, or the month's last day where it has no such day."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def is_birthday(day: int, month: int) -> bool:
    """Return whether somebody can be born on this day of this month; 29 February counts."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(LEAP_YEAR, month)[1]


def birthdays_on(day: date) -> list[tuple[int, int]]:
    """Return the (month, day) of those whose birthday it is; 29 February counts on 28 February."""
    if (day.month, day.day) == (2, 28):
        return [(2, 28), (2, 29)]
    return [] if (day.month, day.day) == (2, 29) else [(day.month, day.day)]


def month_starts(day: date, first: int, last: int) -> list[date]:
    """Return the first days of the months from ``first`` to ``last``, counted from the month of ``day``."""
    months = (divmod(day.year * 12 + day.month - 1 + offset, 12) for offset in range(first, last + 1))
    return [date(year, month + 1, 1) for year, month in months]
