"""Texts and data of the storefront: filters, delivery prices, live stock, and structured data."""

from kashcraft.storefront.presenters.delivery import PriceTable, price_tables
from kashcraft.storefront.presenters.facets import FacetView, Link, SortChoice, chips_of, facets_of, sorts_of
from kashcraft.storefront.presenters.live import live_stock_data
from kashcraft.storefront.presenters.prices import PriceField, price_fields
from kashcraft.storefront.presenters.structured import (
    OfferData,
    breadcrumb_data,
    organization_data,
    product_data,
    website_data,
)

__all__ = [
    "FacetView",
    "Link",
    "OfferData",
    "PriceField",
    "PriceTable",
    "SortChoice",
    "breadcrumb_data",
    "chips_of",
    "facets_of",
    "live_stock_data",
    "organization_data",
    "price_fields",
    "price_tables",
    "product_data",
    "sorts_of",
    "website_data",
]
