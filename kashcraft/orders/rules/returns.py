"""What may be sent back, until when, and which ways a return may go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from kashcraft.core.ids import OrderLineId
from kashcraft.orders.rules.sold import EarlierReturn, SoldLine, SoldOrder
from kashcraft.orders.rules.status import OrderStatus, ReturnState

RETURN_WAYS: dict[ReturnState, frozenset[ReturnState]] = {
    ReturnState.REQUESTED: frozenset({ReturnState.APPROVED, ReturnState.REFUSED, ReturnState.RECEIVED}),
    # What never arrives, or comes back worn, ends without a refund.
    ReturnState.APPROVED: frozenset({ReturnState.RECEIVED, ReturnState.REFUSED}),
    ReturnState.RECEIVED: frozenset({ReturnState.REFUSED}),
    ReturnState.REFUSED: frozenset(),
}


def return_origins(new: ReturnState) -> tuple[ReturnState, ...]:
    """Return the states from which a return may become ``new``."""
    return tuple(old for old in ReturnState if new in RETURN_WAYS[old])


def returnable_until(order: SoldOrder, time: timedelta) -> datetime | None:
    """Return until when units may be sent back: ``time`` after the delivery, or after the parcel has left
    where no delivery is known; None for an order that has not left.
    """
    if order.status not in (OrderStatus.SHIPPED, OrderStatus.DELIVERED):
        return None
    start = order.delivered_at or order.shipped_at
    return start + time if start else None


def may_return(order: SoldOrder, moment: datetime, time: timedelta) -> bool:
    """Return whether units of the order may be sent back at ``moment``, with so much ``time`` for it."""
    until = returnable_until(order, time)
    return until is not None and moment < until


def returnable(lines: Sequence[SoldLine], returns: Iterable[EarlierReturn]) -> dict[OrderLineId, int]:
    """Return the units by line that can still be sent back, lines without any left out.

    Gift cards, refunded units, and those of returns that are under way are not among them.
    """
    under_way = Counter[OrderLineId]()
    for one in returns:
        if one.state is not ReturnState.REFUSED and one.refund_id is None:
            for part in one.lines:
                under_way[part.order_line_id] += part.quantity
    left = {
        line.id: line.quantity - line.refunded_quantity - under_way[line.id]
        for line in lines
        if not line.is_gift_card
    }
    return {line_id: units for line_id, units in left.items() if units > 0}
