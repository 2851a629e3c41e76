"""Lots: oldest debited first, last debit returned first, a debt paid before everything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kashcraft.loyalty.rules import (
    Lot,
    LotDebit,
    LotReturn,
    LotUse,
    debit_lots,
    lots_after_debits,
    oldest_first,
    points_after_debt,
    split_return,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
OLD, MIDDLE, YOUNG = UUID(int=1), UUID(int=2), UUID(int=3)
LOTS = [
    Lot(YOUNG, 300, NOW + timedelta(days=300)),
    Lot(OLD, 100, NOW + timedelta(days=10)),
    Lot(MIDDLE, 200, NOW + timedelta(days=90)),
]
FIRST, SECOND = UUID(int=11), UUID(int=12)


def test_spending_debits_the_lot_that_expires_first() -> None:
    assert [lot.id for lot in oldest_first(LOTS)] == [OLD, MIDDLE, YOUNG]
    assert debit_lots(LOTS, 250) == [LotDebit(OLD, 100), LotDebit(MIDDLE, 150)]
    assert debit_lots(LOTS, 100) == [LotDebit(OLD, 100)]
    assert debit_lots(LOTS, 0) == []


def test_clawback_debits_its_own_lot_first() -> None:
    assert debit_lots(LOTS, 350, before=YOUNG) == [LotDebit(YOUNG, 300), LotDebit(OLD, 50)]


def test_missing_points_are_left_as_a_debt() -> None:
    assert sum(part.points for part in debit_lots(LOTS, 1_000)) == 600


def test_negative_points_are_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        debit_lots(LOTS, -1)


def test_empty_lots_are_left_out() -> None:
    left = lots_after_debits(LOTS, [LotDebit(OLD, 100), LotDebit(MIDDLE, 150)])
    assert [(lot.id, lot.remaining) for lot in left] == [(YOUNG, 300), (MIDDLE, 50)]


@pytest.mark.parametrize(
    ("balance", "points", "left"), [(0, 50, 50), (120, 50, 50), (-30, 50, 20), (-50, 50, 0), (-80, 50, 0)]
)
def test_new_points_first_pay_a_debt(balance: int, points: int, left: int) -> None:
    assert points_after_debt(balance, points) == left


@pytest.mark.parametrize(
    ("lapsed", "points", "debt", "returns", "fresh"),
    [
        (False, 120, 0, [LotReturn(SECOND, YOUNG, 120, 120)], 0),
        (False, 250, 0, [LotReturn(SECOND, YOUNG, 150, 150), LotReturn(FIRST, OLD, 100, 100)], 0),
        (True, 250, 0, [LotReturn(SECOND, YOUNG, 150, 150), LotReturn(FIRST, OLD, 100, 0)], 100),
        (False, 250, 40, [LotReturn(SECOND, YOUNG, 150, 110), LotReturn(FIRST, OLD, 100, 100)], 0),
        (True, 250, 200, [LotReturn(SECOND, YOUNG, 150, 0), LotReturn(FIRST, OLD, 100, 0)], 50),
        (False, 0, 40, [], 0),
    ],
)
def test_last_debit_is_returned_first(
    lapsed: bool, points: int, debt: int, returns: list[LotReturn], fresh: int
) -> None:
    uses = [LotUse(FIRST, OLD, 100, lapsed), LotUse(SECOND, YOUNG, 150, False)]
    assert split_return(uses, points, debt) == (returns, fresh)


def test_returning_more_than_was_debited_is_an_error() -> None:
    with pytest.raises(ValueError, match="more points"):
        split_return([LotUse(FIRST, OLD, 100, False)], 101, 0)


@given(
    sizes=st.lists(st.integers(1, 500), min_size=1, max_size=8),
    lapsed=st.lists(st.booleans(), min_size=8, max_size=8),
    part=st.integers(0, 4_000),
    debt=st.integers(0, 2_000),
)
def test_returned_points_add_up(sizes: list[int], lapsed: list[bool], part: int, debt: int) -> None:
    uses = [
        LotUse(UUID(int=number), UUID(int=100 + number), size, lapsed[number])
        for number, size in enumerate(sizes)
    ]
    points = min(part, sum(sizes))
    returns, fresh = split_return(uses, points, debt)
    assert sum(item.returned for item in returns) == points
    assert sum(item.restored for item in returns) + fresh == max(0, points - debt)
    assert all(0 <= item.restored <= item.returned for item in returns)


@given(
    sizes=st.lists(st.integers(1, 500), min_size=0, max_size=8),
    days=st.lists(st.integers(1, 400), min_size=8, max_size=8),
    points=st.integers(0, 4_000),
)
def test_debits_leave_the_other_points(sizes: list[int], days: list[int], points: int) -> None:
    lots = [
        Lot(UUID(int=number), size, NOW + timedelta(days=days[number])) for number, size in enumerate(sizes)
    ]
    debits = debit_lots(lots, points)
    left = lots_after_debits(lots, debits)
    assert sum(part.points for part in debits) == min(points, sum(sizes))
    assert sum(lot.remaining for lot in left) == max(0, sum(sizes) - points)
    assert all(part.points > 0 for part in debits)
