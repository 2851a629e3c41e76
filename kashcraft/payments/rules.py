"""Statuses of payments and their ranks, and checks of cards."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum


class PaymentStatus(StrEnum):
    """The status of one attempt to pay; PROCESSING is settled later, by webhook."""

    CREATED = "created"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


# A status may only be replaced by one of a higher rank, because webhooks arrive in any order.
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
# The pauses after the processor did not cancel a payment for the first, second, ... time, and the time since
# the first attempt after which the shop gives up.
PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
GIVEN_UP_AFTER = timedelta(days=7)
EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*[/.\-]?\s*(\d{2}|20\d{2})")


def replaceable_by(status: PaymentStatus) -> tuple[PaymentStatus, ...]:
    """Return the statuses that ``status`` may replace."""
    return tuple(old for old in PaymentStatus if RANKS[old] < RANKS[status])


def card_digits(text: str) -> str:
    """Return a card number without the spaces and dashes that people type."""
    return re.sub(r"[\s\-]", "", text)


def passes_luhn(digits: str) -> bool:
    """Return whether a card number of 12 to 19 digits has the right check digit (ISO/IEC 7812-1)."""
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def read_expiry(text: str) -> date | None:
    """Return the first day of a card's expiry month ("04/28", "4 / 2028"), or None for other texts."""
    found = EXPIRY.fullmatch(text.strip())
    if found is None:
        return None
    year = int(found[2])
    return date(year if year > 99 else 2000 + year, int(found[1]), 1)


def has_expired(expiry: date, today: date) -> bool:
    """Return whether a card has expired: it is valid until the end of its month."""
    return (expiry.year, expiry.month) < (today.year, today.month)
