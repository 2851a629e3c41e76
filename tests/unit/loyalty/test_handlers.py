"""Points of paid orders."""

from __future__ import annotations

from uuid import UUID

import pytest

from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.events.orders import OrderPaid, PaidLine
from kashcraft.loyalty import handlers
from tests.factories.members import account, an_order, balance, entries, member

pytestmark = pytest.mark.usefixtures("database", "frozen")


def line(net: int, *, is_gift_card: bool = False) -> PaidLine:
    """Return a line of a paid order with ``net`` minor units."""
    return PaidLine(
        line_id=new_id(),
        product_id=new_id(),
        quantity=1,
        net=net,
        is_gift_card=is_gift_card,
        unit_price=net,
    )


def paid(user_id: UUID | None, *lines: PaidLine) -> None:
    """Publish that an order with these lines is paid."""
    order_id = an_order()
    with step():
        handlers.reward_purchase(OrderPaid(order_id, user_id, lines, email_key="noor@shop.example"))


def test_goods_earn_points_and_gift_cards_do_not() -> None:
    user_id = member()
    paid(user_id, line(40_00), line(100_00, is_gift_card=True), line(2_50))
    assert balance(user_id) == 42
    assert account(user_id).total_spent == 42_50


def test_order_of_gift_cards_only_is_not_counted() -> None:
    user_id = member()
    paid(user_id, line(100_00, is_gift_card=True))
    assert entries(user_id)[2:] == []
    assert account(user_id).total_purchases == 0


def test_guests_earn_nothing() -> None:
    user_id = member()
    paid(None, line(40_00))
    assert balance(user_id) == 0
