"""The list of orders: its tabs and columns, a row, and what moving an order is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kashcraft.accounts.rules import country_name
from kashcraft.backoffice.presenters.tables import Cell, ColumnKind, ListOutline, TableColumn, TableRow
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import LazyText, ngettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.orders.models import Order
from kashcraft.orders.presenters import order_status_text
from kashcraft.orders.rules import OrderStatus

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
        TableColumn(key="items", label=_l("Items")),
        TableColumn(key="delivery", label=_l("Delivery")),
        TableColumn(key="total", label=_l("Total"), kind=ColumnKind.NUMBER, sorts=True),
        TableColumn(key="status", label=_l("Status"), kind=ColumnKind.TAG),
        TableColumn(key="next", label=_l("Next step"), kind=ColumnKind.CUSTOM, is_exported=False),
    ),
    sort="age",
    tabs=(
        ("pack", _l("To pack")),
        ("preparing", _l("Preparing")),
        ("shipped", _l("On the way")),
        ("unpaid", _l("Unpaid")),
        ("all", _l("All")),
    ),
    find_label=_l("Number, name, e-mail or town"),
    size=40,
    empty=(_l("No orders here"), _l("Orders appear here, the longest waiting first.")),
)


def order_row(order: Order, formats: Formats, *, url: str) -> TableRow:
    """Return an order as a row of the list, linked to ``url``; its lines are loaded."""
    text = order_status_text(order.status, order.refund_status, by_email=order.by_email)
    country = order.shipping_country
    total = Money(order.total, order.currency)
    return TableRow(
        id=str(order.id),
        title=order.number,
        item=order,
        cells=(
            Cell(text=order.number, href=url),
            Cell(at=order.paid_at or order.placed_at),
            Cell(text=_name(order.shipping_address, order.email), note=country_name(country)),
            _items(order),
            Cell(text=order.delivery_name),
            Cell(text=formats.amount(total), export=total.amount),
            Cell(text=str(text.label), tag=text.tag),
            Cell(),
        ),
    )


def _name(address: Mapping[str, Any], email: str) -> str:
    return str(address.get("full_name") or email)


def _items(order: Order) -> Cell:
    """Return the first line with its quantity, and how many other lines there are."""
    left = [(line.quantity - line.refunded_quantity, line) for line in order.lines]
    open_lines = [(units, line) for units, line in left if units] or [
        (line.quantity, line) for _, line in left
    ]
    if not open_lines:
        return Cell()
    units, line = open_lines[0]
    more = len(open_lines) - 1
    name = f"{line.name} ({line.options})" if line.options else line.name
    note = ngettext("and %(num)s more line", "and %(num)s more lines", more) if more else ""
    exported = "; ".join(f"{count} × {one.name} {one.options}".rstrip() for count, one in open_lines)
    return Cell(text=f"{units} × {name}" if units != 1 else name, note=note, export=exported)
