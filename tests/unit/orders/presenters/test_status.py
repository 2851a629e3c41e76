"""Texts of an order's status."""

from __future__ import annotations

import pytest

from kashcraft.orders import presenters
from kashcraft.orders.rules import OrderStatus, RefundStatus

S = OrderStatus


@pytest.mark.parametrize("status", OrderStatus)
def test_every_status_has_a_text(status: OrderStatus) -> None:
    words = presenters.status_text(status)
    assert words.label
    assert str(words.sentence).endswith(".")
    assert words.tag in {"good", "warn", "bad", "plain"}


@pytest.mark.parametrize("status", [S.SHIPPED, S.DELIVERED, S.CANCELLED])
def test_the_text_of_a_shipped_or_cancelled_order_ignores_refunds(status: OrderStatus) -> None:
    assert presenters.order_status_text(status, RefundStatus.FULL) == presenters.status_text(status)
