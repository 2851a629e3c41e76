"""The live stock data of open pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kashcraft.core.ids import ProductId
from kashcraft.inventory.rules import Stock
from kashcraft.product_cards.presenters import stock_words
from kashcraft.product_cards.rules import stock_state
from kashcraft.storefront.rules import StockRequest


def live_stock_data(
    requests: Iterable[StockRequest], stock: Mapping[ProductId, Stock]
) -> dict[str, dict[str, Any]]:
    """Return the stock of each requested product or variant by its id.

    ``state`` and ``text`` are shown beside its price. ``most`` is the largest quantity, None while there is
    enough stock, so that changes above that level do not change the data. ``until`` is when a hold ends,
    where no unit is free because another customer is paying.
    """
    return {
        str(request.product_id): _line(stock.get(request.product_id, Stock()), request.units)
        for request in requests
    }


def _line(stock: Stock, units: int) -> dict[str, Any]:
    free, until = stock.free, stock.held_until
    state = "low" if 0 < free < units else stock_state(free, is_held=until is not None)
    data = {
        "state": state,
        "text": stock_words(state, free),
        "most": None if state == "in_stock" else max(free, 0),
    }
    return data | {"until": until.isoformat()} if state == "held" and until else data
