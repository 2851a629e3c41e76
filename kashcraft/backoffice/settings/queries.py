"""What depends on the currency of the shop."""

from __future__ import annotations

from collections.abc import Callable

from kashcraft.catalogue.queries.administration import has_priced_products
from kashcraft.gift_cards.queries import has_gift_cards
from kashcraft.loyalty.queries.membership import has_points
from kashcraft.orders.queries.numbers import has_orders
from kashcraft.shipping.queries import has_prices
from kashcraft.vouchers.queries.backoffice import has_vouchers

_HOLDERS: dict[str, Callable[[], bool]] = {
    "products": has_priced_products,
    "orders": has_orders,
    "vouchers": has_vouchers,
    "gift_cards": has_gift_cards,
    "points": has_points,
    "delivery": has_prices,
}


def list_amount_holders() -> list[str]:
    """Return the names of what has amounts in the currency of the shop. Six statements."""
    return [name for name, has_any in _HOLDERS.items() if has_any()]
