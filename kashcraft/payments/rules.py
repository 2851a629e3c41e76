"""What a payment may become, and how cards are checked."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum


class PaymentStatus(StrEnum):
    """Where one try to pay is; processing ones settle later by webhook."""

    CREATED = "created"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


# A status may only give way to one of a higher rank, in whatever order the news come.
RANKS = {
    PaymentStatus.CREATED: 0,
    PaymentStatus.REQUIRES_ACTION: 1,
    PaymentStatus.PROCESSING: 2,
    PaymentStatus.CANCELLED: 3,
    PaymentStatus.FAILED: 3,
    PaymentStatus.SUCCEEDED: 4,
}
OPEN = (PaymentStatus.CREATED, PaymentStatus.REQUIRES_ACTION, PaymentStatus.PROCESSING)
UNDECIDED = (PaymentStatus.CREATED, PaymentStatus.REQUIRES_ACTION)
# How long a processor is left alone after it did not end a payment for the first, second, ... time, and when
# that is given up, counted from the first time.
PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
GIVEN_UP_AFTER = timedelta(days=7)
EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*[/.\-]?\s*(\d{2}|20\d{2})")


def replaceable_by(status: PaymentStatus) -> tuple[PaymentStatus, ...]:
    """Return the statuses that ``status`` may take the place of."""
    return tuple(old for old in PaymentStatus if RANKS[old] < RANKS[status])


def card_digits(text: str) -> str:
    """Return a card number without the blanks and dashes that people type."""
    return re.sub(r"[\s\-]", "", text)


def passes_luhn(digits: str) -> bool:
    """Return whether a card number of 12 to 19 digits has the right check digit (ISO/IEC 7812-1)."""
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def read_expiry(text: str) -> date | None:
    """Return the first day of the month of a card's end ("04/28", "4 / 2028"), or None for anything else."""
    found = EXPIRY.fullmatch(text.strip())
    if found is None:
        return None
    year = int(found[2])
    return date(year if year > 99 else 2000 + year, int(found[1]), 1)


def has_expired(expiry: date, today: date) -> bool:
    """Return whether a card is over: it is good to the end of its month."""
    return (expiry.year, expiry.month) < (today.year, today.month)
