"""The results of the search for everything: one table for each section."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from kashcraft.backoffice.dashboard.rules import Found
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    Label,
    Table,
    TableColumn,
    TableRow,
    plain_table,
)
from kashcraft.backoffice.rules import Permission
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.orders.presenters import order_status_text

# The address of an endpoint with values.
Address = Callable[..., str]
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


def found_groups(found: Found, words: str, formats: Formats, address: Address) -> list[FoundGroup]:
    """Return the sections that found ``words``, in the order of the navigation."""
    groups = [
        _orders(found, words, formats, address),
        _products(found, words, formats, address),
        _members(found, words, formats, address),
        _vouchers(found, words, address),
        _gift_cards(found, words, formats, address),
    ]
    return [group for group in groups if group.total]


def only_hit(groups: Sequence[FoundGroup]) -> str | None:
    """Return the address of the single item that was found in all sections, None for none and for several."""
    if sum(group.total for group in groups) != 1:
        return None
    return groups[0].table.rows[0].cells[0].href


def _orders(found: Found, words: str, formats: Formats, address: Address) -> FoundGroup:
    columns = (
        TableColumn(key="number", label=_l("Order")),
        TableColumn(key="age", label=_l("Age"), kind=ColumnKind.TIME),
        TableColumn(key="customer", label=_l("Customer")),
        TableColumn(key="total", label=_l("Total"), kind=ColumnKind.NUMBER),
        TableColumn(key="status", label=_l("Status"), kind=ColumnKind.TAG),
    )
    rows = []
    for one in found.orders.items:
        text = order_status_text(one.status, one.refund_status, by_email=one.by_email)
        cells = (
            Cell(text=one.number, href=address("backoffice.order", order_id=one.id)),
            Cell(at=one.waiting_since),
            Cell(text=one.customer),
            Cell(text=formats.amount(one.total)),
            Cell(text=str(text.label), tag=text.tag),
        )
        rows.append(TableRow(id=str(one.id), cells=cells))
    list_url = address("backoffice.orders", tab="all", find=words)
    return _group(_l("Orders"), columns, rows, found.orders.total, list_url)


def _products(found: Found, words: str, formats: Formats, address: Address) -> FoundGroup:
    columns = (
        TableColumn(key="name", label=_l("Product")),
        TableColumn(key="sku", label=_l("SKU")),
        TableColumn(key="available", label=_l("Available"), kind=ColumnKind.NUMBER),
    )
    rows = []
    for one in found.products.items:
        url = address("backoffice.stock_history", product_id=one.id)
        cells = (
            Cell(text=one.name, href=url, note=one.options),
            Cell(text=one.sku),
            Cell(text=formats.number(one.available)),
        )
        rows.append(TableRow(id=str(one.id), cells=cells))
    list_url = address("backoffice.stock", find=words)
    return _group(_l("Products"), columns, rows, found.products.total, list_url)


def _members(found: Found, words: str, formats: Formats, address: Address) -> FoundGroup:
    columns = (
        TableColumn(key="name", label=_l("Member")),
        TableColumn(key="email", label=_l("E-mail")),
        TableColumn(key="points", label=_l("Points"), kind=ColumnKind.NUMBER),
    )
    rows = []
    for one in found.members.items:
        url = address("backoffice.member", user_id=one.id)
        cells = (
            Cell(text=one.name or one.email, href=url),
            Cell(text=one.email),
            Cell(text=formats.number(one.points)),
        )
        rows.append(TableRow(id=str(one.id), cells=cells))
    list_url = address("backoffice.members", find=words)
    return _group(_l("Members"), columns, rows, found.members.total, list_url)


def _vouchers(found: Found, words: str, address: Address) -> FoundGroup:
    columns = (TableColumn(key="name", label=_l("Voucher")), TableColumn(key="code", label=_l("Code")))
    rows = []
    for one in found.vouchers.items:
        url = address("backoffice.voucher", voucher_id=one.id)
        cells = (Cell(text=one.name or one.code, href=url), Cell(text=one.code))
        rows.append(TableRow(id=str(one.id), cells=cells))
    list_url = address("backoffice.vouchers", find=words)
    return _group(_l("Vouchers"), columns, rows, found.vouchers.total, list_url)


def _gift_cards(found: Found, words: str, formats: Formats, address: Address) -> FoundGroup:
    columns = (
        TableColumn(key="code", label=_l("Gift card")),
        TableColumn(key="recipient", label=_l("For")),
        TableColumn(key="balance", label=_l("Balance"), kind=ColumnKind.NUMBER),
    )
    rows = []
    for one in found.gift_cards.items:
        url = address("backoffice.gift_card", card_id=one.id)
        cells = (
            Cell(text=f"…{one.last_four}", href=url),
            Cell(text=one.recipient),
            Cell(text=formats.amount(one.balance)),
        )
        rows.append(TableRow(id=str(one.id), cells=cells))
    list_url = address("backoffice.gift_cards", find=words)
    return _group(_l("Gift cards"), columns, rows, found.gift_cards.total, list_url)


def _group(
    label: Label, columns: Sequence[TableColumn], rows: Sequence[TableRow], total: int, list_url: str
) -> FoundGroup:
    return FoundGroup(str(label), plain_table(label, columns, rows), total, list_url)
