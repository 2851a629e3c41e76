"""The price of a product at a moment, and the earlier price that may be crossed out beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, Protocol

# A crossed-out price is the lowest of this time before the reduction.
REFERENCE_PERIOD = timedelta(days=30)
_FOREVER = datetime.max.replace(tzinfo=UTC)


def price_now(
    price: int, sale_price: int | None, starts: datetime | None, ends: datetime | None, now: datetime
) -> int:
    """Return the price at ``now`` in minor units: the sale price from its start until before its end, else
    the regular price.
    """
    if sale_price is None or (starts is not None and starts > now) or (ends is not None and ends <= now):
        return price
    return sale_price


def crossed_out(price: int, current: int, reference: int | None) -> int | None:
    """Return the amount that is crossed out beside the price ``current``, None without one.

    That is the stored ``reference`` price while the sale runs, when ``current`` is below the regular
    ``price``; all in minor units.
    """
    return reference if current < price else None


class RecordedPrice(Protocol):
    """An entry of a price history: prices in minor units, valid from ``changed_at`` until the next entry."""

    @property
    def price(self) -> int:
        """Return the regular price."""

    @property
    def sale_price(self) -> int | None:
        """Return the sale price, None without a sale."""

    @property
    def sale_starts_at(self) -> datetime | None:
        """Return when the sale starts, None where it has no start."""

    @property
    def sale_ends_at(self) -> datetime | None:
        """Return when the sale ends, None where it has no end."""

    @property
    def changed_at(self) -> datetime:
        """Return since when the entry is valid."""


class PricePeriod(NamedTuple):
    """A period with one price, from ``begins`` until before ``ends``."""

    begins: datetime
    ends: datetime
    amount: int
    is_sale: bool


def price_periods(history: Sequence[RecordedPrice]) -> list[PricePeriod]:
    """Return what customers paid and will pay by the entries of ``history``, the oldest first.

    Periods follow one another without gaps; the last one has no end (the latest possible moment).
    """
    periods: list[PricePeriod] = []
    for entry, ends in zip(
        history, [*(following.changed_at for following in history[1:]), _FOREVER], strict=True
    ):
        inside = {
            moment
            for moment in (entry.sale_starts_at, entry.sale_ends_at)
            if moment is not None and entry.changed_at < moment < ends
        }
        moments = sorted({entry.changed_at, *inside, ends}) if entry.changed_at < ends else []
        for begins, until in pairwise(moments):
            amount = price_now(
                entry.price, entry.sale_price, entry.sale_starts_at, entry.sale_ends_at, begins
            )
            periods.append(PricePeriod(begins, until, amount, amount < entry.price))
    return periods


def reference_price(history: Sequence[RecordedPrice]) -> int | None:
    """Return the price that may be crossed out during the sale of the last entry, in minor units.

    It is the lowest price of the 30 days before that sale began; of a product that is younger, the lowest
    since its first entry. A sale that continues at the same price without a gap began when it began first.
    None without a sale, without an earlier price, and where the sale price is not lower than it.
    """
    periods = price_periods(history)
    last = history[-1]
    place = next(
        (place for place, one in enumerate(periods) if one.is_sale and one.begins >= last.changed_at), None
    )
    if place is None:
        return None
    amount = periods[place].amount
    while place > 0 and periods[place - 1].is_sale and periods[place - 1].amount == amount:
        place -= 1
    since = periods[place].begins - REFERENCE_PERIOD
    lowest = min((one.amount for one in periods[:place] if one.ends > since), default=None)
    return lowest if lowest is not None and lowest > amount else None
