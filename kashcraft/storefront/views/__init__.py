"""The storefront's addresses."""

from kashcraft.storefront.views import (
    account,
    buying,
    delivery,
    gifts,
    lists,
    live,
    machines,
    old_addresses,
    pages,
    pieces,
    points,
)
from kashcraft.storefront.views.blueprint import bp

__all__ = [
    "account",
    "bp",
    "buying",
    "delivery",
    "gifts",
    "lists",
    "live",
    "machines",
    "old_addresses",
    "pages",
    "pieces",
    "points",
]
