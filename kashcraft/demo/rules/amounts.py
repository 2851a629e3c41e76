"""What the demo shop's amounts are in the shop's currency."""

from __future__ import annotations

from decimal import Decimal

from kashcraft.core.money import Money, decimal_places


def in_currency(amount: str, currency: str) -> Money:
    """Return an amount of the demo's files, which have two decimals, in ``currency``.

    12.50 are 12.500 dinars and, where there are no decimals, 1,250 yen.
    """
    places = decimal_places(currency)
    return Money(int(Decimal(amount).scaleb(max(2, places))), currency)
