"""A difference as one line."""

from __future__ import annotations

from kashcraft.books.rules import Difference

SHAWL = Difference("stock.quantity", "KC-1", 20, 21)


def test_a_difference_states_expected_and_found() -> None:
    assert str(SHAWL) == "stock.quantity of KC-1: 20 expected, 21 found"
