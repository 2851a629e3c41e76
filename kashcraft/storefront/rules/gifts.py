"""What can be chosen of a gift card: its picture and its day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from kashcraft.cart.rules import MAX_DAYS_AHEAD
from kashcraft.product_cards.rules import Picture


def designs_of(pictures: Iterable[Picture]) -> list[tuple[str, str]]:
    """Return the designs of a card, its pictures: the stem of each, and what it shows."""
    return [(one.stem, one.alt) for one in pictures]


def gift_days(today: date) -> tuple[date, date]:
    """Return the first and the last day on which a card can be sent."""
    return today, today + timedelta(days=MAX_DAYS_AHEAD)
