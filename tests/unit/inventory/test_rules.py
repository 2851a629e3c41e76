"""Calculations on stock values."""

from __future__ import annotations

from uuid import UUID

import pytest

from kashcraft.inventory import rules

FIRST, SECOND = UUID(int=1), UUID(int=2)


def test_lines_of_one_product_are_merged_in_locking_order() -> None:
    merged = rules.merge_lines([(SECOND, 1), (FIRST, 2), (SECOND, 3)])
    assert list(merged.items()) == [(FIRST, 2), (SECOND, 4)]


@pytest.mark.parametrize("units", [0, -1])
def test_less_than_one_unit_is_refused(units: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        rules.merge_lines([(FIRST, units)])


@pytest.mark.parametrize(
    ("before", "after", "limit", "crosses"),
    [
        (11, 10, 10, True),  # down to the reorder level
        (10, 11, 10, True),  # above the reorder level again
        (10, 9, 10, False),
        (20, 12, 10, False),
        (30, 0, 10, True),
        (1, 0, 0, True),  # sold out
        (0, 1, 0, True),  # available again
        (0, 0, 0, False),
        (2, 1, 0, False),
    ],
)
def test_free_stock_crosses_a_limit(before: int, after: int, limit: int, crosses: bool) -> None:
    assert rules.crosses(before, after, limit) is crosses


@pytest.mark.parametrize(
    ("sold", "opening", "closing", "rate"),
    [
        (30, 10, 20, "2.00"),  # 30 sold, 15 on average
        (1, 3, 3, "0.33"),
        (1, 8, 8, "0.13"),  # 0.125, rounded half up
        (5, 0, 10, "1.00"),
        (0, 7, 7, "0.00"),
    ],
)
def test_turnover_is_units_sold_over_the_average_on_hand(
    sold: int, opening: int, closing: int, rate: str
) -> None:
    assert str(rules.turnover(sold, opening, closing)) == rate


def test_turnover_without_stock_is_none() -> None:
    assert rules.turnover(0, 0, 0) is None


@pytest.mark.parametrize(
    ("free", "sold", "days", "left"),
    [
        (10, 30, 30, 10),  # one unit a day
        (10, 45, 90, 20),  # one unit in two days
        (7, 4, 30, 52),  # 52.5 days, rounded down
        (0, 3, 30, 0),
        (-2, 3, 30, 0),
        (10, 0, 30, None),
    ],
)
def test_days_left_follow_recent_sales(free: int, sold: int, days: int, left: int | None) -> None:
    assert rules.days_left(free, sold, days) == left


@pytest.mark.parametrize(
    ("quantity", "reserved", "expired", "is_counted", "free"),
    [
        (5, 0, 0, True, 5),
        (5, 2, 0, True, 3),
        (5, 2, 1, True, 4),  # an expired hold
        (2, 2, 0, True, 0),
        (0, 0, 0, False, rules.UNCOUNTED),
    ],
)
def test_free_units_are_not_held(
    quantity: int, reserved: int, expired: int, is_counted: bool, free: int
) -> None:
    assert rules.free_units(quantity, reserved, expired=expired, is_counted=is_counted) == free


@pytest.mark.parametrize(
    ("free", "is_stocked", "units"),
    [(3, True, 3), (None, True, 0), (None, False, rules.UNCOUNTED), (0, False, rules.UNCOUNTED)],
)
def test_a_product_without_a_stock_record_is_sold_out_unless_it_needs_none(
    free: int | None, is_stocked: bool, units: int
) -> None:
    assert rules.free_of_product(free, is_stocked=is_stocked) == units
