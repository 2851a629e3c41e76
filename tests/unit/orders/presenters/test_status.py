"""What each status of an order is called."""

from __future__ import annotations

import pytest

from kashcraft.orders import presenters
from kashcraft.orders.rules import OrderStatus, RefundStatus

S = OrderStatus


@pytest.mark.parametrize("status", OrderStatus)
def test_every_status_has_words(status: OrderStatus) -> None:
    words = presenters.words_for(status)
    assert words.label
    assert str(words.sentence).endswith(".")
    assert words.tag in {"good", "warn", "bad", "plain"}


@pytest.mark.parametrize("status", [S.SHIPPED, S.DELIVERED, S.CANCELLED])
def test_what_was_sent_or_called_off_keeps_its_words(status: OrderStatus) -> None:
    assert presenters.words_of(status, RefundStatus.FULL) == presenters.words_for(status)
