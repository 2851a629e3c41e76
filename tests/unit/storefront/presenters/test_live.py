"""The live stock data of open pages."""

from __future__ import annotations

from uuid import UUID

import pytest

from kashcraft.inventory.rules import Stock
from kashcraft.storefront.presenters import live_stock_data
from kashcraft.storefront.rules import StockRequest

BOWL = UUID(int=1)


@pytest.mark.parametrize(
    ("free", "units", "state", "text", "most"),
    [
        (0, 1, "sold_out", "Sold out", 0),
        (-1, 1, "sold_out", "Sold out", 0),
        (1, 1, "low", "Only 1 left", 1),
        (3, 1, "low", "Only 3 left", 3),
        (4, 1, "in_stock", "In stock", None),
        (400, 1, "in_stock", "In stock", None),
        (4, 5, "low", "Only 4 left", 4),  # the cart has more units than the stock
        (5, 5, "in_stock", "In stock", None),
        (0, 5, "sold_out", "Sold out", 0),
    ],
)
def test_live_stock_has_the_text_beside_the_price(
    free: int, units: int, state: str, text: str, most: int | None
) -> None:
    data = live_stock_data([StockRequest(BOWL, units)], {BOWL: Stock(free)})
    assert data == {str(BOWL): {"state": state, "text": text, "most": most}}


def test_an_unknown_product_is_sold_out() -> None:
    assert live_stock_data([StockRequest(BOWL)], {})[str(BOWL)]["state"] == "sold_out"
