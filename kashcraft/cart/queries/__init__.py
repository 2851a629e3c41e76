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
from kashcraft.cart.queries.pricing import Priced, delivered, priced

__all__ = [
    "Offered",
    "Priced",
    "benefits",
    "cart_of",
    "codes_of",
    "contents",
    "count",
    "delivered",
    "facts",
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
