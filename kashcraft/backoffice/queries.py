"""What waits for staff, section by section."""

from __future__ import annotations

from collections.abc import Callable, Collection

from kashcraft.backoffice.rules import Permission
from kashcraft.inventory import queries as inventory
from kashcraft.notifications import queries as notifications
from kashcraft.orders import queries as orders
from kashcraft.orders.rules import OrderStatus

# By the key of the section: the permission that shows its count, and the count.
COUNTS: dict[str, tuple[Permission, Callable[[], int]]] = {
    "orders": (Permission.VIEW_ORDERS, lambda: orders.count_by_status().get(OrderStatus.PAID, 0)),
    "returns": (Permission.RECEIVE_RETURNS, orders.count_waiting_returns),
    "stock": (Permission.MANAGE_STOCK, inventory.count_low_stock),
    "messages": (Permission.RESEND_MESSAGES, notifications.count_failed_messages),
}


def list_waiting(permissions: Collection[Permission]) -> dict[str, int]:
    """Return how much work waits in each section that ``permissions`` open, by its key.

    Orders are those to pack; stock is what runs low. One statement for each section.
    """
    return {key: count() for key, (needed, count) in COUNTS.items() if needed in permissions}
