"""What each page shows, assembled from the features it draws on."""

from kashcraft.storefront.queries.account import AccountView, account_view
from kashcraft.storefront.queries.delivery import countries_to_choose
from kashcraft.storefront.queries.help import delivery_prices, help_view
from kashcraft.storefront.queries.home import HomeView, home_key, home_view
from kashcraft.storefront.queries.listing import (
    ListingRequest,
    ListingView,
    listing_request,
    listing_view,
    search_request,
)
from kashcraft.storefront.queries.old_addresses import new_path
from kashcraft.storefront.queries.product import (
    Panel,
    ProductRequest,
    ProductView,
    product_panel,
    product_request,
    product_view,
)
from kashcraft.storefront.queries.sitemap import sitemap_addresses

__all__ = [
    "AccountView",
    "HomeView",
    "ListingRequest",
    "ListingView",
    "Panel",
    "ProductRequest",
    "ProductView",
    "account_view",
    "countries_to_choose",
    "delivery_prices",
    "help_view",
    "home_key",
    "home_view",
    "listing_request",
    "listing_view",
    "new_path",
    "product_panel",
    "product_request",
    "product_view",
    "search_request",
    "sitemap_addresses",
]
