"""Conversion of the demo's amounts to the shop's currency."""

from __future__ import annotations

from decimal import Decimal

from kashcraft.core.money import Money, decimal_places


def in_currency(amount: str, currency: str) -> Money:
    """Return an amount of the demo's files, which has two decimal places, in ``currency``.

    "12.50" becomes 12.500 dinars, and 1,250 yen, because yen have no decimal places.
    """
    places = decimal_places(currency)
    return Money(int(Decimal(amount).scaleb(max(2, places))), currency)
