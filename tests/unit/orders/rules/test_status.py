"""Transitions of an order's status."""

from __future__ import annotations

import pytest

from kashcraft.orders import rules
from kashcraft.orders.rules import OrderStatus

S = OrderStatus
TRANSITIONS = {
    (S.PENDING, S.PAID),
    (S.PENDING, S.CANCELLED),
    (S.PENDING, S.EXPIRED),
    (S.PAID, S.PROCESSING),
    (S.PAID, S.CANCELLED),
    (S.PROCESSING, S.SHIPPED),
    (S.SHIPPED, S.DELIVERED),
    (S.EXPIRED, S.PAID),
}


@pytest.mark.parametrize("new", OrderStatus)
@pytest.mark.parametrize("old", OrderStatus)
def test_only_these_status_transitions_are_allowed(old: OrderStatus, new: OrderStatus) -> None:
    assert rules.allows(old, new) is ((old, new) in TRANSITIONS)
    assert (old in rules.origins(new)) is ((old, new) in TRANSITIONS)


@pytest.mark.parametrize(
    ("status", "other", "before"),
    [
        (S.PENDING, S.PAID, True),
        (S.PAID, S.PAID, False),
        (S.DELIVERED, S.SHIPPED, False),
        (S.CANCELLED, S.PAID, False),
        (S.PAID, S.CANCELLED, False),
    ],
)
def test_statuses_are_ordered_from_placed_to_delivered(
    status: OrderStatus, other: OrderStatus, before: bool
) -> None:
    assert rules.is_before(status, other) is before
