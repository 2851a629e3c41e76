"""The list of orders: its tabs and columns, a row, and what moving an order is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kashcraft.accounts.rules import country_name
from kashcraft.backoffice.presenters.cells import amount_cell, tag_cell
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    ListOutline,
    PhonePlace,
    TableColumn,
    TableRow,
)
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import LazyText, ngettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.orders.presenters import order_status_text
from kashcraft.orders.rules import OrderStatus, StaffItem, StaffOrder

# The next step of an order by its status, and the label of its button.
NEXT_STEPS: Mapping[OrderStatus, tuple[str, LazyText]] = {
    OrderStatus.PAID: ("processing", _l("Start preparing")),
    OrderStatus.PROCESSING: ("shipped", _l("Mark as shipped")),
    OrderStatus.SHIPPED: ("delivered", _l("Mark as delivered")),
}
# What is said once orders were moved; the orders are one, two or three numbers, or a count.
DONE: Mapping[OrderStatus, LazyText] = {
    OrderStatus.PROCESSING: _l("%(orders)s: being prepared."),
    OrderStatus.SHIPPED: _l("%(orders)s: marked as shipped."),
    OrderStatus.DELIVERED: _l("%(orders)s: marked as delivered."),
}
# By the tab of the list; all orders are on the tab without a status.
TAB_STATUS: Mapping[str, OrderStatus] = {
    "pack": OrderStatus.PAID,
    "preparing": OrderStatus.PROCESSING,
    "shipped": OrderStatus.SHIPPED,
    "unpaid": OrderStatus.PENDING,
}
LIST = ListOutline(
    name="orders",
    label=_l("Orders"),
    endpoint="backoffice.orders",
    columns=(
        TableColumn(key="number", label=_l("Order"), sorts=True),
        TableColumn(key="age", label=_l("Age"), kind=ColumnKind.TIME, sorts=True),
        TableColumn(key="customer", label=_l("Customer")),
        TableColumn(key="items", label=_l("Items"), kind=ColumnKind.LONG),
        TableColumn(key="delivery", label=_l("Delivery"), on_tablet=False),
        TableColumn(
            key="total", label=_l("Total"), kind=ColumnKind.NUMBER, sorts=True, on_phone=PhonePlace.TITLE
        ),
        TableColumn(key="status", label=_l("Status"), kind=ColumnKind.TAG),
        TableColumn(key="next", label=_l("Next step"), kind=ColumnKind.CUSTOM, is_exported=False),
    ),
    sort="age",
    tab_sorts={"all": "-age"},
    tabs=(
        ("pack", _l("To pack")),
        ("preparing", _l("Preparing")),
        ("shipped", _l("On the way")),
        ("unpaid", _l("Unpaid")),
        ("all", _l("All")),
    ),
    find_label=_l("Number, name, e-mail or town"),
    find_all_label=_l("Search all orders"),
    empty=(_l("No orders here"), _l("Orders appear here, the longest waiting first.")),
)


def order_row(order: StaffOrder, formats: Formats, *, url: str) -> TableRow:
    """Return an order as a row of the list, linked to ``url``."""
    text = order_status_text(order.status, order.refund_status, by_email=order.by_email)
    return TableRow(
        id=str(order.id),
        title=order.number,
        item=order,
        cells=(
            Cell(text=order.number, href=url),
            Cell(at=order.waiting_since),
            Cell(text=order.customer, note=country_name(order.country)),
            _items(order.items),
            Cell(text=order.delivery),
            amount_cell(order.total, formats),
            tag_cell((text.label, text.tag)),
            Cell(),
        ),
    )


def _items(items: Sequence[StaffItem]) -> Cell:
    """Return the first item, and how many others there are; a CSV file has them all."""
    if not items:
        return Cell()
    more = len(items) - 1
    note = ngettext("and %(num)s more", "and %(num)s more", more) if more else ""
    first = _item(items[0]) if items[0].units != 1 else _item(items[0]).removeprefix("1 × ")
    return Cell(text=first, note=note, export="; ".join(_item(one) for one in items))


def _item(item: StaffItem) -> str:
    return f"{item.units} × {item.name} ({item.options})" if item.options else f"{item.units} × {item.name}"
