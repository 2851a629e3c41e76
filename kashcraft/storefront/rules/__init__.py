"""How an address asks for a list and how it is written again; what search engines are told; options of a
piece; what open pages are told of stock.
"""

from kashcraft.storefront.rules.addresses import (
    Address,
    PriceRange,
    TypedPrice,
    clean_terms,
    is_filtered,
    read_prices,
    read_selection,
)
from kashcraft.storefront.rules.delivery import PriceTable, price_tables
from kashcraft.storefront.rules.facets import FacetView, Link, Order, chips_of, facets_of, sorts_of
from kashcraft.storefront.rules.gifts import designs_of, gift_days
from kashcraft.storefront.rules.live import MOST_PIECES, Asked, read_asked, tell
from kashcraft.storefront.rules.old_addresses import HELP, with_campaign
from kashcraft.storefront.rules.options import Axis, OptionValue, Values, axes_of, chosen_values, matching
from kashcraft.storefront.rules.structured import (
    Offer,
    breadcrumb_data,
    organization_data,
    product_data,
    website_data,
)

__all__ = [
    "HELP",
    "MOST_PIECES",
    "Address",
    "Asked",
    "Axis",
    "FacetView",
    "Link",
    "Offer",
    "OptionValue",
    "Order",
    "PriceRange",
    "PriceTable",
    "TypedPrice",
    "Values",
    "axes_of",
    "breadcrumb_data",
    "chips_of",
    "chosen_values",
    "clean_terms",
    "designs_of",
    "facets_of",
    "gift_days",
    "is_filtered",
    "matching",
    "organization_data",
    "price_tables",
    "product_data",
    "read_asked",
    "read_prices",
    "read_selection",
    "sorts_of",
    "tell",
    "website_data",
    "with_campaign",
]
