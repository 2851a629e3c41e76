"""Requests of open pages for stock."""

from __future__ import annotations

from uuid import UUID

import pytest

from kashcraft.storefront.rules import StockRequest, parse_stock_requests

BOWL, SHAWL = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", ()),
        (f"{BOWL}", (StockRequest(BOWL),)),
        (f"{BOWL}:3,{SHAWL}", (StockRequest(BOWL, 3), StockRequest(SHAWL))),
        (f"nonsense,{BOWL}:many,{SHAWL}:2", (StockRequest(SHAWL, 2),)),
        (f"{BOWL}:0,{SHAWL}:100000", (StockRequest(BOWL, 1), StockRequest(SHAWL, 999))),
    ],
)
def test_requests_are_parsed_from_the_address(text: str, asked: tuple[StockRequest, ...]) -> None:
    assert parse_stock_requests(text) == asked


def test_at_most_fifty_requests_are_parsed() -> None:
    assert len(parse_stock_requests(",".join(str(UUID(int=number)) for number in range(80)))) == 50
