"""Queries about carts: contents, benefits and prices."""

from kashcraft.cart.queries.benefits import (
    AvailableBenefits,
    get_available_benefits,
    get_benefits,
    get_benefits_and_voucher,
    list_codes,
    with_categories,
)
from kashcraft.cart.queries.lines import (
    CartRef,
    LineToChange,
    ProductToAdd,
    count_units,
    find_cart,
    find_line,
    find_pending_order,
    find_product,
    find_product_name,
    get_contents,
    has_line,
    owned_by,
    owner_parameters,
)
from kashcraft.cart.queries.pricing import (
    Estimate,
    get_delivery_estimate,
    get_estimate,
    get_goods_quote,
    price_items,
)

__all__ = [
    "AvailableBenefits",
    "CartRef",
    "Estimate",
    "LineToChange",
    "ProductToAdd",
    "count_units",
    "find_cart",
    "find_line",
    "find_pending_order",
    "find_product",
    "find_product_name",
    "get_available_benefits",
    "get_benefits",
    "get_benefits_and_voucher",
    "get_contents",
    "get_delivery_estimate",
    "get_estimate",
    "get_goods_quote",
    "has_line",
    "list_codes",
    "owned_by",
    "owner_parameters",
    "price_items",
    "with_categories",
]
