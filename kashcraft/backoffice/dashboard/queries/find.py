"""The search for everything: each section is searched as its own list searches it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kashcraft.backoffice.rules import Permission
from kashcraft.gift_cards import queries as gift_cards
from kashcraft.inventory import queries as inventory
from kashcraft.loyalty import queries as loyalty
from kashcraft.orders import queries as orders
from kashcraft.vouchers import queries as vouchers

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Hits:
    """The first items that a section found, as its list has them, and the number of all."""

    items: Sequence[Any]
    total: int


def get_found(words: str, permissions: Collection[Permission], *, moment: datetime) -> Mapping[str, Hits]:
    """Return what the sections find that a person with ``permissions`` may open, by the names of their lists.

    Up to five items of each section; the states of vouchers are those at ``moment``. At most three statements
    a section.
    """
    searches: Mapping[str, tuple[Permission, Callable[[], tuple[Sequence[object], int]]]] = {
        "orders": (
            Permission.VIEW_ORDERS,
            lambda: orders.search_orders(words=words, descending=True, size=MOST_SHOWN),
        ),
        "stock": (Permission.MANAGE_STOCK, lambda: inventory.search_stock(words=words, size=MOST_SHOWN)),
        "members": (
            Permission.VIEW_MEMBERS,
            lambda: loyalty.search_members(words=words, page=1, size=MOST_SHOWN),
        ),
        "vouchers": (
            Permission.VIEW_VOUCHERS,
            lambda: vouchers.list_vouchers(page=1, size=MOST_SHOWN, moment=moment, text=words),
        ),
        "gift-cards": (
            Permission.VIEW_GIFT_CARDS,
            lambda: gift_cards.list_cards(page=1, size=MOST_SHOWN, text=words),
        ),
    }
    return {name: Hits(*search()) for name, (needed, search) in searches.items() if needed in permissions}
