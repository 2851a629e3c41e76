"""The effect of refunds on earned points."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kashcraft.core.money import Money
from kashcraft.loyalty.rules import Earned, points_remaining, points_to_reverse
from kashcraft.pricing.rules import points_earned

SILVER = Earned(86, 12_500, "USD")


@pytest.mark.parametrize(
    ("earned", "net", "refunded", "remaining"),
    [
        (SILVER, 69_00, 0, 86),
        (SILVER, 69_00, 25_88, 53),
        (SILVER, 69_00, 69_00, 0),
        (Earned(59, 10_000, "JPY"), 5_940, 1_980, 39),
        (Earned(37, 10_000, "KWD"), 37_500, 12_500, 25),
        (Earned(0, 10_000, "USD"), 0, 0, 0),
    ],
)
def test_purchase_keeps_the_points_of_its_remaining_goods(
    earned: Earned, net: int, refunded: int, remaining: int
) -> None:
    assert points_remaining(earned, net, refunded) == remaining


def test_refunds_reverse_the_rest() -> None:
    steps = pairwise([0, 23_00, 46_00, 69_00])
    assert [points_to_reverse(SILVER, 69_00, before, after) for before, after in steps] == [29, 29, 28]


def test_refund_of_delivery_reverses_nothing() -> None:
    assert points_to_reverse(SILVER, 69_00, 23_00, 23_00) == 0


def test_remaining_points_never_exceed_the_earned_ones() -> None:
    assert points_remaining(Earned(40, 20_000, "USD"), 69_00, 1_00) == 40


def test_shrinking_refund_is_an_error() -> None:
    with pytest.raises(ValueError, match="never shrinks"):
        points_to_reverse(SILVER, 69_00, 46_00, 23_00)


@given(
    multiplier=st.sampled_from([10_000, 12_500, 15_000, 20_000]),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
    parts=st.lists(st.integers(0, 50_000), min_size=1, max_size=12),
)
def test_partial_refunds_add_up_and_none_is_negative(
    multiplier: int, currency: str, parts: list[int]
) -> None:
    whole = sum(parts)
    earned = Earned(points_earned(Money(whole, currency), multiplier), multiplier, currency)
    shares = [
        points_to_reverse(earned, whole, before, after) for before, after in pairwise([0, *accumulate(parts)])
    ]
    assert sum(shares) == earned.points
    assert min(shares) >= 0
