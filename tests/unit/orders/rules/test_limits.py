"""Limits of unpaid orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kashcraft.orders.rules import Limits, UnpaidOrder, earliest_order_time

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LIMITS = Limits(
    orders_per_buyer=3, units_per_buyer=40, orders_per_address=5, units_per_address=50,
    orders_per_network=10, units_per_network=60,
)  # fmt: skip


def waiting(*units: int, by: str = "both") -> list[UnpaidOrder]:
    """Return unpaid orders of so many units each, whose holds end after 1, 2, 3 minutes."""
    return [
        UnpaidOrder(
            units=some,
            ends=NOW + timedelta(minutes=minute),
            by_address=by == "address",
            by_buyer=by in ("buyer", "both"),
            by_network=by in ("network", "both"),
        )
        for minute, some in enumerate(units, start=1)
    ]


@pytest.mark.parametrize(
    ("before", "units", "after_minutes"),
    [
        (waiting(), 40, None),
        (waiting(1, 1), 1, None),
        (waiting(1, 1, 1), 1, 1),
        (waiting(20), 20, None),
        (waiting(20), 21, 1),
        (waiting(5, 30), 10, 1),
        (waiting(1, 1, 1, by="network"), 1, None),
        (waiting(*[1] * 9, by="network"), 1, None),
        (waiting(*[1] * 10, by="network"), 1, 1),
        (waiting(*[1] * 12, by="network"), 1, 3),
        (waiting(20, 20, by="network"), 20, None),
        (waiting(20, 20, by="network"), 21, 1),
        (waiting(20, 20, 20, by="network"), 40, 2),
        (waiting(*[1] * 4, by="address"), 1, None),
        (waiting(*[1] * 5, by="address"), 1, 1),
        (waiting(20, 20, by="address"), 11, 1),
        (waiting(20, 20, 1, by="neither"), 40, None),
        ([*waiting(30, by="buyer"), *waiting(1, 59, by="network")], 20, 2),
    ],
)
def test_an_order_is_possible_once_enough_others_have_ended(
    before: list[UnpaidOrder], units: int, after_minutes: int | None
) -> None:
    after = None if after_minutes is None else NOW + timedelta(minutes=after_minutes)
    assert earliest_order_time(before, units, LIMITS) == after


def test_zero_means_no_limit() -> None:
    assert earliest_order_time(waiting(*[100] * 50), 100, Limits()) is None


@pytest.mark.parametrize(
    ("limits", "most"),
    [(LIMITS, 40), (Limits(units_per_network=60), 60), (Limits(units_per_buyer=5), 5), (Limits(), 0)],
)
def test_the_limit_of_one_order_is_the_smallest_unit_limit(limits: Limits, most: int) -> None:
    assert limits.units_per_order == most
