"""Orders as pages read them."""

from kashcraft.orders.queries.cards import list_card_states
from kashcraft.orders.queries.lists import ListedOrder, list_called, list_orders_of, list_to_fulfil
from kashcraft.orders.queries.numbers import find_order_id, list_contacts, list_numbers
from kashcraft.orders.queries.refunds import RefusedRefund, get_refund_account, list_refused_refunds
from kashcraft.orders.queries.returns import get_order_of_return, list_returns, list_waiting_returns
from kashcraft.orders.queries.single import find_order, get_visible, get_whole

__all__ = [
    "ListedOrder",
    "RefusedRefund",
    "find_order",
    "find_order_id",
    "get_order_of_return",
    "get_refund_account",
    "get_visible",
    "get_whole",
    "list_called",
    "list_card_states",
    "list_contacts",
    "list_numbers",
    "list_orders_of",
    "list_refused_refunds",
    "list_returns",
    "list_to_fulfil",
    "list_waiting_returns",
]
