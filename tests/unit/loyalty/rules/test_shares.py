"""What a refund means in points: any sequence of refunds ends on exactly all of them."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kashcraft.loyalty.rules import cumulative_share, refund_share


@pytest.mark.parametrize(
    ("points", "part", "whole", "share"),
    [(86, 0, 69_00, 0), (86, 23_00, 69_00, 28), (86, 46_00, 69_00, 57), (86, 69_00, 69_00, 86), (5, 0, 0, 5)],
)
def test_a_share_is_floored(points: int, part: int, whole: int, share: int) -> None:
    assert cumulative_share(points, part, whole) == share


def test_refunds_take_differences_of_cumulative_shares() -> None:
    steps = pairwise([0, 23_00, 46_00, 69_00])
    assert [refund_share(86, 69_00, before, after) for before, after in steps] == [28, 29, 29]


def test_a_refund_of_delivery_alone_takes_nothing() -> None:
    assert refund_share(86, 69_00, 23_00, 23_00) == 0


def test_without_a_net_amount_everything_belongs_to_the_refund() -> None:
    assert refund_share(1_000, 0, 0, 0) == 1_000


def test_what_is_refunded_never_shrinks() -> None:
    with pytest.raises(ValueError, match="never shrinks"):
        refund_share(86, 69_00, 46_00, 23_00)


@given(
    points=st.integers(0, 100_000),
    parts=st.lists(st.integers(0, 50_000), min_size=1, max_size=12).filter(any),
)
def test_refunds_in_any_parts_add_up_and_none_is_negative(points: int, parts: list[int]) -> None:
    whole = sum(parts)
    shares = [
        refund_share(points, whole, before, after) for before, after in pairwise([0, *accumulate(parts)])
    ]
    assert sum(shares) == points
    assert min(shares) >= 0
