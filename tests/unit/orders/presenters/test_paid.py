"""What paid an order, in words."""

from __future__ import annotations

import pytest

from kashcraft.orders.models import OrderEvent
from kashcraft.orders.presenters import paid_with, paid_without_card
from tests.factories.drafts import made_order


def test_the_history_says_what_paid() -> None:
    placed, paid = (
        OrderEvent(kind="placed", data={}),
        OrderEvent(kind="paid", data={"method": "Visa ending 4242"}),
    )

    assert paid_with([placed, paid]) == "Visa ending 4242"
    assert paid_with([placed]) == ""


@pytest.mark.parametrize(
    ("card", "points", "told"),
    [(4000, 100, "Gift card and points"), (4000, 0, "Gift card"), (0, 100, "Points"), (0, 0, "")],
)
def test_an_order_with_nothing_due_was_paid_by_its_benefits(card: int, points: int, told: str) -> None:
    assert paid_without_card(made_order(gift_card_total=card, points_spent=points)) == told
