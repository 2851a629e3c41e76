"""Reads of orders, returns and refunds."""

from kashcraft.orders.queries.cards import list_card_states
from kashcraft.orders.queries.lists import ListedOrder, list_orders_of
from kashcraft.orders.queries.numbers import find_order_id, is_ordered, list_contacts, list_numbers
from kashcraft.orders.queries.refunds import (
    FailedRefund,
    get_refund_account,
    get_refused_refund_backlog,
    list_failed_refunds,
)
from kashcraft.orders.queries.returns import (
    count_returns_by_state,
    count_waiting_returns,
    get_order_of_return,
    list_return_backlogs,
    list_returns,
    search_returns,
)
from kashcraft.orders.queries.single import find_order, get_full_order, get_visible_order
from kashcraft.orders.queries.staff import count_by_status, list_order_backlogs, search_orders

__all__ = [
    "FailedRefund",
    "ListedOrder",
    "count_by_status",
    "count_returns_by_state",
    "count_waiting_returns",
    "find_order",
    "find_order_id",
    "get_full_order",
    "get_order_of_return",
    "get_refund_account",
    "get_refused_refund_backlog",
    "get_visible_order",
    "is_ordered",
    "list_card_states",
    "list_contacts",
    "list_failed_refunds",
    "list_numbers",
    "list_order_backlogs",
    "list_orders_of",
    "list_return_backlogs",
    "list_returns",
    "search_orders",
    "search_returns",
]
