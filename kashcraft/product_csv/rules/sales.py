"""The sale of a variant after an import: its days stay as long as its price does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kashcraft.product_csv.rules.products import CsvVariant

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Sale:
    """A running sale, or with ``is_planned`` a future one; the price is in minor units, the end is
    exclusive.
    """

    price: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_planned: bool = False


def sale_after(variant: CsvVariant, sale: Sale | None) -> Sale | None:
    """Return the sale of a variant after the prices of the file are set.

    A sale whose price the file repeats continues with its days. Files do not contain planned sales: one stays
    unless the file has another sale or a regular price that is not above it.
    """
    if variant.sale_price is not None:
        return sale if sale and sale.price == variant.sale_price else Sale(variant.sale_price)
    return sale if sale and sale.is_planned and sale.price < variant.price else None


def ending(sale: Sale | None, after: Sale | None, day: Callable[[datetime], str]) -> str:
    """Return a note that a sale ends before its time, empty if it has no days or continues; ``day`` formats
    days.
    """
    if sale is None or sale == after or not (sale.starts_at or sale.ends_at):
        return ""
    days = []
    if sale.starts_at and (sale.is_planned or not sale.ends_at):
        days.append(f"from {day(sale.starts_at)}")
    if sale.ends_at:
        days.append(f"until {day(sale.ends_at - _MOMENT)}")
    follows = "the file's sale has no days" if after else "the file has no sale"
    return f"the sale {' '.join(days)} ends; {follows}"
