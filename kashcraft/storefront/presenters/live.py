"""What an open page is told of stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kashcraft.core.ids import ProductId
from kashcraft.inventory.rules import Stock
from kashcraft.product_cards.presenters import stock_words
from kashcraft.product_cards.rules import stock_state
from kashcraft.storefront.rules import StockRequest


def live_stock_data(
    asked: Iterable[StockRequest], stock: Mapping[ProductId, Stock]
) -> dict[str, dict[str, Any]]:
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
