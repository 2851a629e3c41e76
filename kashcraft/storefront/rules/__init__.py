"""The rules of the storefront: list addresses, product options, stock requests, and old addresses."""

from kashcraft.storefront.rules.addresses import (
    ListAddress,
    PriceRange,
    TypedPrice,
    clean_terms,
    is_filtered,
    read_prices,
    read_selection,
)
from kashcraft.storefront.rules.gifts import designs_of, gift_days
from kashcraft.storefront.rules.live import MAX_WATCHED, StockRequest, parse_stock_requests
from kashcraft.storefront.rules.old_addresses import HELP, with_campaign
from kashcraft.storefront.rules.options import (
    OptionAxis,
    OptionValue,
    Values,
    build_axes,
    chosen_values,
    matching,
)

__all__ = [
    "HELP",
    "MAX_WATCHED",
    "ListAddress",
    "OptionAxis",
    "OptionValue",
    "PriceRange",
    "StockRequest",
    "TypedPrice",
    "Values",
    "build_axes",
    "chosen_values",
    "clean_terms",
    "designs_of",
    "gift_days",
    "is_filtered",
    "matching",
    "parse_stock_requests",
    "read_prices",
    "read_selection",
    "with_campaign",
]
