"""Who may do what. Whatever is not listed, nobody may."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from kashcraft.accounts.models import Role
from kashcraft.orders.models import OrderStatus


class Act(StrEnum):
    """What staff can do."""

    SEE_FRONT = "see_front"
    SEE_ORDERS = "see_orders"
    SEND_ORDERS = "send_orders"
    KEEP_STOCK = "keep_stock"


_FULFILMENT = frozenset({Act.SEE_FRONT, Act.SEE_ORDERS, Act.SEND_ORDERS, Act.KEEP_STOCK})
ALLOWED: dict[Role, frozenset[Act]] = {
    Role.OWNER: frozenset(Act),
    Role.FULFILMENT: _FULFILMENT,
    Role.SUPPORT: frozenset({Act.SEE_FRONT, Act.SEE_ORDERS}),
    Role.EDITOR: frozenset({Act.SEE_FRONT}),
}
# The one thing to do next with an order, and the words on its button.
NEXT_STEPS: dict[OrderStatus, tuple[str, str]] = {
    OrderStatus.PAID: ("processing", "Start processing"),
    OrderStatus.PROCESSING: ("shipped", "Mark as shipped"),
    OrderStatus.SHIPPED: ("delivered", "Mark as delivered"),
}


def may(roles: Iterable[Role], act: Act) -> bool:
    """Return whether one of the roles allows the act."""
    return any(act in ALLOWED[role] for role in roles)


def acts_of(roles: Iterable[Role]) -> frozenset[Act]:
    """Return everything that the roles allow together."""
    return frozenset().union(*(ALLOWED[role] for role in roles))
