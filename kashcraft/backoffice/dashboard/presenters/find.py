"""The results of the search for everything: rows of the lists, with some of their columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kashcraft.backoffice.customers.presenters.listing import LIST as MEMBERS
from kashcraft.backoffice.gift_cards.presenters import LIST as GIFT_CARDS
from kashcraft.backoffice.orders.presenters.listing import LIST as ORDERS
from kashcraft.backoffice.presenters.tables import Label, ListOutline, Table
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.stock.presenters import LIST as PRODUCTS
from kashcraft.backoffice.vouchers.presenters.listing import LIST as VOUCHERS
from kashcraft.core.i18n import lazy_gettext as _l

# The lists that are searched, in the order of the navigation, with the columns that tell their rows apart.
SEARCHED: Sequence[tuple[ListOutline, Label, Sequence[str]]] = (
    (ORDERS, _l("Orders"), ("number", "age", "customer", "items", "total", "status")),
    (PRODUCTS, _l("Products"), ("name", "sku", "location", "available")),
    (MEMBERS, _l("Members"), ("name", "tier", "points", "last")),
    (VOUCHERS, _l("Vouchers"), ("code", "name", "discount", "ends", "state")),
    (GIFT_CARDS, _l("Gift cards"), ("card", "recipient", "balance", "state")),
)
# What each section can be searched by.
_SEARCHED: Mapping[Permission, Label] = {
    Permission.VIEW_ORDERS: _l("Orders: number, name, e-mail, town or postal code"),
    Permission.VIEW_MEMBERS: _l("Members: name or e-mail"),
    Permission.MANAGE_STOCK: _l("Products: name or SKU"),
    Permission.VIEW_VOUCHERS: _l("Vouchers: code, name or campaign"),
    Permission.VIEW_GIFT_CARDS: _l("Gift cards: last four characters of the code, name, e-mail or note"),
}


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """What a section found: its first rows, the number of all, and the address of its list."""

    label: str
    table: Table
    total: int
    list_url: str

    @property
    def has_more(self) -> bool:
        """Return whether the list has more rows than are shown."""
        return self.total > len(self.table.rows)


def searched_texts(permissions: Collection[Permission]) -> list[str]:
    """Return what a person with ``permissions`` can search for, one text for each section."""
    return [str(text) for needed, text in _SEARCHED.items() if needed in permissions]


def only_hit(groups: Sequence[FoundGroup]) -> str | None:
    """Return the address of the single item that was found in all sections, None for none and for several."""
    if sum(group.total for group in groups) != 1:
        return None
    return groups[0].table.rows[0].cells[0].href
