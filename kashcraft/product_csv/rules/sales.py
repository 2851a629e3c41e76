"""What becomes of a sale when a file names other prices: its days hold as long as its price does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kashcraft.product_csv.rules.products import CsvChoice

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale that runs, or (``is_planned``) will; the price is in minor units, the end is no longer part."""

    price: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_planned: bool = False


def sale_after(choice: CsvChoice, sale: Sale | None) -> Sale | None:
    """Return the sale of a choice once its prices are those of the file.

    A sale whose price the file repeats goes on with its days. One that is planned is in no file, so it stays
    unless the file names another sale or a regular price that is not above it.
    """
    if choice.sale_price is not None:
        return sale if sale and sale.price == choice.sale_price else Sale(choice.sale_price)
    return sale if sale and sale.is_planned and sale.price < choice.price else None


def ending(sale: Sale | None, after: Sale | None, day: Callable[[datetime], str]) -> str:
    """Return that a sale ends with its days, written by ``day``, empty where it has none or goes on."""
    if sale is None or sale == after or not (sale.starts_at or sale.ends_at):
        return ""
    days = []
    if sale.starts_at and (sale.is_planned or not sale.ends_at):
        days.append(f"from {day(sale.starts_at)}")
    if sale.ends_at:
        days.append(f"until {day(sale.ends_at - _MOMENT)}")
    follows = "the file's sale has no days" if after else "the file has no sale"
    return f"the sale {' '.join(days)} ends; {follows}"
