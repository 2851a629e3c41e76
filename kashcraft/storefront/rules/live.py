"""What an open page asks of stock, and what it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kashcraft.core.ids import ProductId
from kashcraft.inventory.rules import Stock
from kashcraft.product_cards.rules import stock_state, stock_words

# A bag with more lines than that is not looked after beyond them.
MOST_PIECES = 50
MOST_UNITS = 999


@dataclass(frozen=True, slots=True)
class Asked:
    """A piece that a page shows, and of how many units it speaks: those in a bag, or one."""

    product_id: ProductId
    units: int = 1


def read_asked(text: str) -> tuple[Asked, ...]:
    """Return the pieces that an address names as ``id,id:units,...``; what cannot be read is passed over."""
    asked = []
    for part in text.split(",")[:MOST_PIECES]:
        name, _, units = part.partition(":")
        try:
            asked.append(Asked(ProductId(UUID(name)), min(max(int(units or 1), 1), MOST_UNITS)))
        except ValueError:
            continue
    return tuple(asked)


def tell(asked: Iterable[Asked], stock: Mapping[ProductId, Stock]) -> dict[str, dict[str, Any]]:
    """Return what pages show of each piece, by its id.

    ``state`` and ``text`` are those beside its price; ``most`` is how many can be asked for, None while there
    are enough. So units that come and go where there are enough change nothing in it. ``until`` says, where
    none is free because somebody is paying, when that ends.
    """
    return {str(one.product_id): _line(stock.get(one.product_id, Stock()), one.units) for one in asked}


def _line(stock: Stock, units: int) -> dict[str, Any]:
    free, until = stock.free, stock.held_until
    state = "low" if 0 < free < units else stock_state(free, is_held=until is not None)
    told = {
        "state": state,
        "text": stock_words(state, free),
        "most": None if state == "in_stock" else max(free, 0),
    }
    return told | {"until": until.isoformat()} if state == "held" and until else told
