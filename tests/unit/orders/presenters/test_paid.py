"""How an order was paid, as text."""

from __future__ import annotations

import pytest

from kashcraft.orders.models import OrderEvent
from kashcraft.orders.presenters import paid_with, paid_without_card
from tests.factories.drafts import made_order


def test_the_payment_method_comes_from_the_history() -> None:
    placed, paid = (
        OrderEvent(kind="placed", data={}),
        OrderEvent(kind="paid", data={"method": "Visa ending 4242"}),
    )

    assert paid_with([placed, paid]) == "Visa ending 4242"
    assert paid_with([placed]) == ""


@pytest.mark.parametrize(
    ("card", "points", "text"),
    [(4000, 100, "Gift card and points"), (4000, 0, "Gift card"), (0, 100, "Points"), (0, 0, "")],
)
def test_an_order_without_a_charge_was_paid_by_gift_card_or_points(card: int, points: int, text: str) -> None:
    assert paid_without_card(made_order(gift_card_total=card, points_spent=points)) == text
