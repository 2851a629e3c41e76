"""The pages of the back office, on one guarded blueprint."""

from kashcraft.backoffice.views import (
    front,
    gift_cards,
    inventory,
    loyalty,
    loyalty_member,
    loyalty_terms,
    not_sent,
    order,
    orders,
    returns,
    stock_history,
    vouchers,
)
from kashcraft.backoffice.views.blueprint import bp

__all__ = [
    "bp",
    "front",
    "gift_cards",
    "inventory",
    "loyalty",
    "loyalty_member",
    "loyalty_terms",
    "not_sent",
    "order",
    "orders",
    "returns",
    "stock_history",
    "vouchers",
]
