"""One voucher as staff read it: its uses, its copies, and the history of its changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
from kashcraft.core.i18n import LazyText, ngettext
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import OrderId
from kashcraft.core.money import Money
from kashcraft.vouchers.presenters import history_text
from kashcraft.vouchers.rules import HistoryValue

CHANGES: Mapping[str, LazyText] = {
    "created": _l("Created"),
    "changed": _l("Changed"),
    "switched_on": _l("Switched on"),
    "switched_off": _l("Switched off"),
    "codes_issued": _l("Codes created"),
}
FIELDS: Mapping[str, LazyText] = {
    "name": _l("Name"),
    "code": _l("Code"),
    "discount_type": _l("Discount type"),
    "discount_value": _l("Discount"),
    "currency": _l("Currency"),
    "max_discount": _l("Maximum discount"),
    "min_discount": _l("Minimum discount"),
    "min_order_value": _l("Minimum order"),
    "max_order_value": _l("Maximum order"),
    "category_ids": _l("Categories"),
    "excluded_product_ids": _l("Excluded products"),
    "start_date": _l("Starts"),
    "expires_at": _l("Ends"),
    "max_usages": _l("Total uses"),
    "max_usage_per_user": _l("Uses per customer"),
    "requires_code": _l("Requires its code"),
    "campaign": _l("Campaign"),
    "description": _l("Description"),
    "notes": _l("Notes"),
}
# Columns of the CSV file of codes that were created in bulk.
CODE_HEADINGS = (_l("Code"), _l("Uses"), _l("Total uses"), _l("Status"), _l("Voucher"), _l("Ends"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedUse:
    """A use of a voucher, or of a copy of it. ``url`` and ``email`` are empty for staff who see no orders."""

    order_id: OrderId
    number: str
    url: str
    email: str
    code: str
    at: datetime
    discount: Money
    total: Money
    is_released: bool


def uses_table(uses: Sequence[ListedUse], formats: Formats, *, has_copies: bool, has_people: bool) -> Table:
    """Return the uses of a voucher as a table, with a column of codes or of customers where asked for."""
    wanted = {"code": has_copies, "customer": has_people}
    columns = (
        TableColumn(key="order", label=_l("Order")),
        TableColumn(key="time", label=_l("Time"), kind=ColumnKind.TIME),
        TableColumn(key="customer", label=_l("Customer")),
        TableColumn(key="code", label=_l("Code")),
        TableColumn(key="discount", label=_l("Discount"), kind=ColumnKind.NUMBER),
        TableColumn(key="total", label=_l("Order total"), kind=ColumnKind.NUMBER),
        TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG),
    )
    shown = [place for place, column in enumerate(columns) if wanted.get(column.key, True)]
    rows = [
        TableRow(id=str(use.order_id), title=use.number, cells=[cells[place] for place in shown])
        for use in uses
        for cells in [_use_cells(use, formats)]
    ]
    return plain_table(_l("Uses"), [columns[place] for place in shown], rows)


def _use_cells(use: ListedUse, formats: Formats) -> Sequence[Cell]:
    state = Cell(text=_("Released"), tag="muted") if use.is_released else Cell(text=_("Applied"), tag="good")
    return (
        Cell(text=use.number, href=use.url),
        Cell(at=use.at, style=TimeStyle.TIME),
        Cell(text=use.email),
        Cell(text=use.code),
        Cell(text=formats.amount(use.discount)),
        Cell(text=formats.amount(use.total)),
        state,
    )


def change_texts(
    fields: Mapping[str, Sequence[HistoryValue]],
    copies: Sequence[int],
    *,
    is_percentage: bool,
    currency: str,
    formats: Formats,
) -> list[str]:
    """Return what a change did: the number of ``copies`` that it created or switched, then the value of each
    of ``fields`` before and after.
    """
    counts = [ngettext("%(num)s code", "%(num)s codes", one, num=formats.number(one)) for one in copies]
    texts = {
        name: [
            history_text(name, value, is_share=is_percentage, currency=currency, formats=formats)
            for value in values
        ]
        for name, values in fields.items()
    }
    return counts + [
        _("%(field)s: %(before)s → %(after)s", field=FIELDS.get(name, name), before=before, after=after)
        for name, (before, after) in texts.items()
    ]
