"""What a cart holds and what is true of it now; what makes it cheaper; and what it costs."""

from kashcraft.cart.queries.benefits import (
    Offered,
    benefits,
    codes_of,
    get_benefits_and_voucher,
    offered,
    with_categories,
)
from kashcraft.cart.queries.lines import (
    CartRef,
    LineToChange,
    ProductToAdd,
    contents,
    count,
    find_cart,
    find_line,
    find_product,
    find_product_name,
    find_waiting_order,
    is_line,
    owned_by,
    whose,
)
from kashcraft.cart.queries.pricing import Estimate, get_delivered, get_estimate, get_goods_quote, priced

__all__ = [
    "CartRef",
    "Estimate",
    "LineToChange",
    "Offered",
    "ProductToAdd",
    "benefits",
    "codes_of",
    "contents",
    "count",
    "find_cart",
    "find_line",
    "find_product",
    "find_product_name",
    "find_waiting_order",
    "get_benefits_and_voucher",
    "get_delivered",
    "get_estimate",
    "get_goods_quote",
    "is_line",
    "offered",
    "owned_by",
    "priced",
    "whose",
    "with_categories",
]
