"""Stock arithmetic."""

from __future__ import annotations

from uuid import UUID

import pytest

from kashcraft.inventory import rules

FIRST, SECOND = UUID(int=1), UUID(int=2)


def test_units_of_a_product_named_twice_add_up_in_the_order_of_locking() -> None:
    merged = rules.merged([(SECOND, 1), (FIRST, 2), (SECOND, 3)])
    assert list(merged.items()) == [(FIRST, 2), (SECOND, 4)]


@pytest.mark.parametrize("units", [0, -1])
def test_less_than_one_unit_is_no_movement(units: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        rules.merged([(FIRST, units)])


@pytest.mark.parametrize(
    ("before", "after", "crosses"),
    [
        (11, 10, True),  # down to the reorder level
        (10, 11, True),  # above it again
        (10, 9, False),
        (20, 12, False),
        (1, 0, True),  # sold out
        (0, 1, True),  # back
        (0, 0, False),
        (30, 0, True),
    ],
)
def test_free_stock_crosses_zero_or_the_reorder_level(before: int, after: int, crosses: bool) -> None:
    assert rules.crosses(before, after, reorder_level=10) is crosses


def test_a_reorder_level_of_zero_is_crossed_by_selling_out_only() -> None:
    assert rules.crosses(1, 0, reorder_level=0)
    assert not rules.crosses(2, 1, reorder_level=0)
