"""Requests of open pages for live stock."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kashcraft.core.ids import ProductId

# Further lines of a cart are not watched.
MAX_WATCHED = 50
MAX_UNITS = 999


@dataclass(frozen=True, slots=True)
class StockRequest:
    """A product or variant on a page, and the number of units in question: those in the cart, or one."""

    product_id: ProductId
    units: int = 1


def parse_stock_requests(text: str) -> tuple[StockRequest, ...]:
    """Return the requests from a text ``id,id:units,...``; invalid parts are ignored."""
    requests = []
    for part in text.split(",")[:MAX_WATCHED]:
        name, _, units = part.partition(":")
        try:
            requests.append(StockRequest(ProductId(UUID(name)), min(max(int(units or 1), 1), MAX_UNITS)))
        except ValueError:
            continue
    return tuple(requests)
