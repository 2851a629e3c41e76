"""The designs and delivery dates of gift cards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from kashcraft.cart.rules import MAX_DAYS_AHEAD
from kashcraft.product_cards.rules import Picture


def designs_of(pictures: Iterable[Picture]) -> list[tuple[str, str]]:
    """Return the designs of a gift card as pairs of the stem and the description of a picture."""
    return [(one.stem, one.alt) for one in pictures]


def gift_days(today: date) -> tuple[date, date]:
    """Return the first and the last date on which a gift card can be sent."""
    return today, today + timedelta(days=MAX_DAYS_AHEAD)
