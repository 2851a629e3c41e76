"""The page of an order: its items, refunds and dates, and its next step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from kashcraft.backoffice.orders.presenters.listing import NEXT_STEPS
from kashcraft.backoffice.orders.presenters.order import RefundRow
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    Table,
    TableColumn,
    TableRow,
    TimeStyle,
    plain_table,
)
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.orders.presenters import ShownLine
from kashcraft.orders.rules import OrderStatus, RefundStatus

ITEMS = (
    TableColumn(key="item", label=_l("Item")),
    TableColumn(key="price", label=_l("Price"), kind=ColumnKind.NUMBER),
    TableColumn(key="quantity", label=_l("Quantity"), kind=ColumnKind.NUMBER),
    TableColumn(key="total", label=_l("Total"), kind=ColumnKind.NUMBER),
)
REFUNDS = (
    TableColumn(key="date", label=_l("Date"), kind=ColumnKind.TIME),
    TableColumn(key="reason", label=_l("Reason")),
    TableColumn(key="status", label=_l("Status"), kind=ColumnKind.TAG),
    TableColumn(key="amount", label=_l("Amount"), kind=ColumnKind.NUMBER),
    TableColumn(key="next", label=_l("Next step"), kind=ColumnKind.CUSTOM),
)
# The dates of an order by their names, in the order in which they happen.
DATES: Mapping[str, LazyText] = {
    "placed": _l("Placed"),
    "paid": _l("Paid"),
    "processed": _l("Preparing since"),
    "shipped": _l("Shipped"),
    "delivered": _l("Delivered"),
    "cancelled": _l("Cancelled"),
    "expired": _l("Payment expired"),
}


def items_table(lines: Sequence[ShownLine], formats: Formats, url: Callable[[str], str]) -> Table:
    """Return the lines of an order as a table; ``url`` returns the page of a product by its slug."""
    return plain_table(_l("Items"), ITEMS, [_item_row(line, formats, url(line.slug)) for line in lines])


def refunds_table(refunds: Sequence[RefundRow], formats: Formats) -> Table:
    """Return the refunds of an order as a table; the last column takes what can be done about one."""
    rows = [
        TableRow(
            id=str(refund.id),
            item=refund,
            cells=(
                Cell(at=refund.at, style=TimeStyle.TIME),
                Cell(text=refund.reason),
                Cell(text=refund.label, tag=refund.tag, note=refund.answer),
                Cell(text=formats.amount(refund.amount)),
                Cell(),
            ),
        )
        for refund in refunds
    ]
    # Without a refused refund there is nothing to do, so the last column would be empty.
    columns = REFUNDS if any(refund.is_refused for refund in refunds) else REFUNDS[:-1]
    return plain_table(_l("Refunds"), columns, rows)


def dates(moments: Mapping[str, datetime | None]) -> list[tuple[str, datetime]]:
    """Return the known dates of an order with their labels; ``moments`` has the keys of ``DATES``."""
    return [(str(label), moment) for name, label in DATES.items() if (moment := moments[name])]


def next_step(status: OrderStatus, refunded: RefundStatus, *, by_email: bool) -> tuple[str, LazyText] | None:
    """Return the status to which staff move an order next, and the label of the button; None without one.

    An order of gift cards only, and an order that is refunded in full, are not sent.
    """
    return None if by_email or refunded is RefundStatus.FULL else NEXT_STEPS.get(status)


def _item_row(line: ShownLine, formats: Formats, url: str) -> TableRow:
    refunded = _("%(count)s refunded", count=formats.number(line.returned)) if line.returned else ""
    discount = _("%(amount)s discount", amount=formats.amount(line.discount)) if line.discount else ""
    return TableRow(
        id=str(line.id),
        title=line.name,
        cells=(
            Cell(
                text=line.name,
                href=url,
                note=", ".join(filter(None, (line.options, line.sku, line.gift_text))),
                image=line.picture,
            ),
            Cell(text=formats.amount(line.unit)),
            Cell(text=formats.number(line.quantity), note=refunded),
            Cell(text=formats.amount(line.amount), note=discount),
        ),
    )
