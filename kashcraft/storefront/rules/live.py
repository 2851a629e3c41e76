"""What an open page asks of stock."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kashcraft.core.ids import ProductId

# A bag with more lines than that is not looked after beyond them.
MAX_WATCHED = 50
MAX_UNITS = 999


@dataclass(frozen=True, slots=True)
class StockRequest:
    """A piece that a page shows, and of how many units it speaks: those in a bag, or one."""

    product_id: ProductId
    units: int = 1


def parse_stock_requests(text: str) -> tuple[StockRequest, ...]:
    """Return the pieces that an address names as ``id,id:units,...``; what cannot be read is passed over."""
    asked = []
    for part in text.split(",")[:MAX_WATCHED]:
        name, _, units = part.partition(":")
        try:
            asked.append(StockRequest(ProductId(UUID(name)), min(max(int(units or 1), 1), MAX_UNITS)))
        except ValueError:
            continue
    return tuple(asked)
