"""Returnable units and the return period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kashcraft.orders import rules
from kashcraft.orders.models import OrderLine, ReturnRequest, ReturnRequestLine
from kashcraft.orders.rules import OrderStatus, ReturnState
from tests.factories.drafts import made_order

SENT = datetime(2026, 3, 2, tzinfo=UTC)
TIME, DAY = timedelta(days=30), timedelta(days=1)
SHAWL, CARD = UUID(int=1), UUID(int=2)
LINES = [
    OrderLine(id=SHAWL, quantity=5, refunded_quantity=1, is_gift_card=False),
    OrderLine(id=CARD, quantity=1, refunded_quantity=0, is_gift_card=True),
]


def asked(state: ReturnState, units: int, refund_id: UUID | None = None) -> ReturnRequest:
    lines = [ReturnRequestLine(order_line_id=SHAWL, quantity=units)]
    return ReturnRequest(state=state, refund_id=refund_id, lines=lines)


def test_the_return_period_starts_with_delivery_or_shipping() -> None:
    shipped = made_order(OrderStatus.SHIPPED, shipped_at=SENT)
    delivered = made_order(OrderStatus.DELIVERED, shipped_at=SENT, delivered_at=SENT + DAY)

    assert rules.returnable_until(shipped, TIME) == SENT + TIME
    assert rules.returnable_until(delivered, TIME) == SENT + DAY + TIME
    assert rules.returnable_until(made_order(OrderStatus.PAID), TIME) is None
    assert rules.may_return(shipped, SENT + TIME - DAY, TIME)
    assert not rules.may_return(shipped, SENT + TIME, TIME)
    assert not rules.may_return(made_order(OrderStatus.PAID), SENT, TIME)


@pytest.mark.parametrize(
    ("before", "left"),
    [
        ([], {SHAWL: 4}),
        ([asked(ReturnState.REQUESTED, 1), asked(ReturnState.RECEIVED, 1)], {SHAWL: 2}),
        ([asked(ReturnState.REFUSED, 1), asked(ReturnState.RECEIVED, 1, UUID(int=9))], {SHAWL: 4}),
        ([asked(ReturnState.APPROVED, 4)], {}),
    ],
)
def test_units_in_other_returns_refunded_units_and_gift_cards_are_excluded(
    before: list[ReturnRequest], left: dict[UUID, int]
) -> None:
    assert rules.returnable(LINES, before) == left


def test_a_refused_return_stays_refused() -> None:
    assert rules.return_origins(ReturnState.RECEIVED) == (ReturnState.REQUESTED, ReturnState.APPROVED)
    assert ReturnState.REFUSED not in rules.return_origins(ReturnState.REFUSED)
