"""Queries for the pages of the storefront."""

from kashcraft.storefront.queries.account import AccountView, get_account_view
from kashcraft.storefront.queries.delivery import list_countries
from kashcraft.storefront.queries.help import find_help_view, list_delivery_prices
from kashcraft.storefront.queries.home import HomeView, get_home_key, get_home_view
from kashcraft.storefront.queries.listing import (
    ListingRequest,
    ListingView,
    find_listing_request,
    get_listing_view,
    search_request,
)
from kashcraft.storefront.queries.old_addresses import find_new_path
from kashcraft.storefront.queries.other_products import (
    OtherCards,
    OtherProducts,
    get_other_cards,
    get_other_products,
)
from kashcraft.storefront.queries.product import (
    BuyPanel,
    ProductRequest,
    ProductView,
    find_product_request,
    get_buy_panel,
    get_product_view,
)
from kashcraft.storefront.queries.sitemap import list_sitemap_addresses

__all__ = [
    "AccountView",
    "BuyPanel",
    "HomeView",
    "ListingRequest",
    "ListingView",
    "OtherCards",
    "OtherProducts",
    "ProductRequest",
    "ProductView",
    "find_help_view",
    "find_listing_request",
    "find_new_path",
    "find_product_request",
    "get_account_view",
    "get_buy_panel",
    "get_home_key",
    "get_home_view",
    "get_listing_view",
    "get_other_cards",
    "get_other_products",
    "get_product_view",
    "list_countries",
    "list_delivery_prices",
    "list_sitemap_addresses",
    "search_request",
]
