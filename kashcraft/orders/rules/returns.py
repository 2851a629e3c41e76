"""Which units can be returned and until when, and the transitions of a return's state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from kashcraft.core.ids import OrderLineId
from kashcraft.orders.rules.sold import EarlierReturn, SoldLine, SoldOrder
from kashcraft.orders.rules.status import OrderStatus, ReturnState

RETURN_TRANSITIONS: dict[ReturnState, frozenset[ReturnState]] = {
    ReturnState.REQUESTED: frozenset({ReturnState.APPROVED, ReturnState.REFUSED, ReturnState.RECEIVED}),
    # Units that never arrive, or come back worn, are not refunded.
    ReturnState.APPROVED: frozenset({ReturnState.RECEIVED, ReturnState.REFUSED}),
    ReturnState.RECEIVED: frozenset({ReturnState.REFUSED}),
    ReturnState.REFUSED: frozenset(),
}


def return_origins(new: ReturnState) -> tuple[ReturnState, ...]:
    """Return the states from which a return may change to ``new``."""
    return tuple(old for old in ReturnState if new in RETURN_TRANSITIONS[old])


def returnable_until(order: SoldOrder, time: timedelta) -> datetime | None:
    """Return until when units can be returned; None before the order was shipped.

    The period ``time`` starts with the delivery, or with shipping if no delivery was recorded.
    """
    if order.status not in (OrderStatus.SHIPPED, OrderStatus.DELIVERED):
        return None
    start = order.delivered_at or order.shipped_at
    return start + time if start else None


def may_return(order: SoldOrder, moment: datetime, time: timedelta) -> bool:
    """Return whether units of the order can be returned at ``moment``, within the period ``time``."""
    until = returnable_until(order, time)
    return until is not None and moment < until


def returnable(lines: Sequence[SoldLine], returns: Iterable[EarlierReturn]) -> dict[OrderLineId, int]:
    """Return the number of returnable units by line, without lines that have none.

    Gift cards, refunded units and units of returns in progress are excluded.
    """
    in_progress = Counter[OrderLineId]()
    for one in returns:
        if one.state is not ReturnState.REFUSED and one.refund_id is None:
            for part in one.lines:
                in_progress[part.order_line_id] += part.quantity
    left = {
        line.id: line.quantity - line.refunded_quantity - in_progress[line.id]
        for line in lines
        if not line.is_gift_card
    }
    return {line_id: units for line_id, units in left.items() if units > 0}
