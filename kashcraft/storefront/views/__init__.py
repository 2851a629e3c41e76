"""The views of the storefront."""

from kashcraft.storefront.views import (
    account,
    buying,
    crawlers,
    delivery,
    feeds,
    gifts,
    listing,
    live,
    loyalty,
    old_addresses,
    pages,
    product,
)
from kashcraft.storefront.views.blueprint import bp

__all__ = [
    "account",
    "bp",
    "buying",
    "crawlers",
    "delivery",
    "feeds",
    "gifts",
    "listing",
    "live",
    "loyalty",
    "old_addresses",
    "pages",
    "product",
]
