"""Everything about an order, put together from what its owners know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kashcraft.accounts import queries as accounts
from kashcraft.core.ids import OrderId, OrderLineId, UserId
from kashcraft.loyalty.queries import find_earned
from kashcraft.loyalty.rules import Earned
from kashcraft.orders import queries as orders
from kashcraft.orders.models import Order, ReturnRequest
from kashcraft.orders.rules import RefundAccount


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """Everything about an order: ``account`` is what refunds see of it, None while it is not paid; ``actors``
    are the names of who did something; ``earned`` is what it gave in points, None where it gave none.
    """

    order: Order
    returns: Sequence[ReturnRequest]
    account: RefundAccount | None
    actors: dict[UserId | None, str]
    earned: Earned | None

    @property
    def names(self) -> dict[OrderLineId, str]:
        """Return what each line is, in words."""
        return {
            line.id: f"{line.name} ({line.options})" if line.options else line.name
            for line in self.order.lines
        }


def get_whole_order(order_id: OrderId) -> WholeOrder:
    """Return everything about an order. Raises NotFound. At most ten statements, however long its history."""
    order = orders.get_full_order(order_id)
    return WholeOrder(
        order=order,
        returns=orders.list_returns(order_id),
        account=orders.get_refund_account(order) if order.paid_at else None,
        actors=accounts.list_names(event.actor_id for event in order.events),
        earned=find_earned(order_id, order.currency) if order.user_id else None,
    )
