"""What open pages ask of stock, and what they are told."""

from __future__ import annotations

from uuid import UUID

import pytest

from kashcraft.inventory.rules import Stock
from kashcraft.storefront.rules import Asked, read_asked, tell

BOWL, SHAWL = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", ()),
        (f"{BOWL}", (Asked(BOWL),)),
        (f"{BOWL}:3,{SHAWL}", (Asked(BOWL, 3), Asked(SHAWL))),
        (f"nonsense,{BOWL}:many,{SHAWL}:2", (Asked(SHAWL, 2),)),
        (f"{BOWL}:0,{SHAWL}:100000", (Asked(BOWL, 1), Asked(SHAWL, 999))),
    ],
)
def test_an_address_names_pieces_and_units(text: str, asked: tuple[Asked, ...]) -> None:
    assert read_asked(text) == asked


def test_fifty_pieces_are_looked_after_at_most() -> None:
    assert len(read_asked(",".join(str(UUID(int=number)) for number in range(80)))) == 50


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
    told = tell([Asked(BOWL, units)], {BOWL: Stock(free)})
    assert told == {str(BOWL): {"state": state, "text": text, "most": most}}


def test_a_piece_that_nobody_knows_is_sold_out() -> None:
    assert tell([Asked(BOWL)], {})[str(BOWL)]["state"] == "sold_out"
