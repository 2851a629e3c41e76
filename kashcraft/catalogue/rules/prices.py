"""The price of a product at a moment."""

from __future__ import annotations

from datetime import datetime


def price_now(
    price: int, sale_price: int | None, starts: datetime | None, ends: datetime | None, now: datetime
) -> int:
    """Return the price at ``now`` in minor units: the sale price from its start until before its end, else
    the regular price.
    """
    if sale_price is None or (starts is not None and starts > now) or (ends is not None and ends <= now):
        return price
    return sale_price
