"""What open pages are told of stock."""

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
        (4, 5, "low", "Only 4 left", 4),  # a bag asks for more than there is
        (5, 5, "in_stock", "In stock", None),
        (0, 5, "sold_out", "Sold out", 0),
    ],
)
def test_a_piece_is_spoken_of_as_beside_its_price(
    free: int, units: int, state: str, text: str, most: int | None
) -> None:
    told = live_stock_data([StockRequest(BOWL, units)], {BOWL: Stock(free)})
    assert told == {str(BOWL): {"state": state, "text": text, "most": most}}


def test_a_piece_that_nobody_knows_is_sold_out() -> None:
    assert live_stock_data([StockRequest(BOWL)], {})[str(BOWL)]["state"] == "sold_out"
