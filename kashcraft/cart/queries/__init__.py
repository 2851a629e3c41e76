"""What a cart holds and what is true of it now; what makes it cheaper; and what it costs."""

from kashcraft.cart.queries.benefits import Offered, benefits, codes_of, offered, with_categories
from kashcraft.cart.queries.lines import (
    cart_of,
    contents,
    count,
    facts,
    is_line,
    line,
    owned_by,
    product_name,
    waiting_order,
    whose,
)
from kashcraft.cart.queries.pricing import Estimate, get_delivered, get_estimate, get_goods_quote, priced

__all__ = [
    "Estimate",
    "Offered",
    "benefits",
    "cart_of",
    "codes_of",
    "contents",
    "count",
    "facts",
    "get_delivered",
    "get_estimate",
    "get_goods_quote",
    "is_line",
    "line",
    "offered",
    "owned_by",
    "priced",
    "product_name",
    "waiting_order",
    "whose",
    "with_categories",
]
