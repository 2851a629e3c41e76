"""What open pages ask of stock."""

from __future__ import annotations

from uuid import UUID

import pytest

from kashcraft.storefront.rules import Asked, read_asked

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
