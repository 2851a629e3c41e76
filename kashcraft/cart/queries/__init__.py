"""What a cart holds and what is true of it now; what makes it cheaper; and what it costs."""

from kashcraft.cart.queries.benefits import (
    Offered,
    get_benefits,
    get_benefits_and_voucher,
    get_offered,
    list_codes,
    with_categories,
)
from kashcraft.cart.queries.lines import (
    CartRef,
    LineToChange,
    ProductToAdd,
    count,
    find_cart,
    find_line,
    find_product,
    find_product_name,
    find_waiting_order,
    get_contents,
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
    "count",
    "find_cart",
    "find_line",
    "find_product",
    "find_product_name",
    "find_waiting_order",
    "get_benefits",
    "get_benefits_and_voucher",
    "get_contents",
    "get_delivered",
    "get_estimate",
    "get_goods_quote",
    "get_offered",
    "is_line",
    "list_codes",
    "owned_by",
    "priced",
    "whose",
    "with_categories",
]
