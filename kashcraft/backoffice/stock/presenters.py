"""Tables of stock: the list, the movements of a product, and what sells out first or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kashcraft.backoffice.presenters.cells import number_cell
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    ListOutline,
    PhonePlace,
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
from kashcraft.core.ids import OrderId, ProductId
from kashcraft.core.money import Money
from kashcraft.inventory.rules import DaysLeft, DeadStock, Movement, StockPart, StockRecord

# A notice names at most this many products of a delivery.
MOST_NAMED = 3


def _number(key: str, label: LazyText) -> TableColumn:
    """Return a column of numbers for which only wide windows have room."""
    return TableColumn(
        key=key, label=label, kind=ColumnKind.NUMBER, on_phone=PhonePlace.NOWHERE, on_tablet=False
    )


LIST = ListOutline(
    name="stock",
    label=_l("Stock"),
    endpoint="backoffice.stock",
    columns=(
        TableColumn(key="name", label=_l("Product"), kind=ColumnKind.LONG, sorts=True),
        TableColumn(key="sku", label=_l("SKU"), kind=ColumnKind.CODE, sorts=True),
        TableColumn(key="location", label=_l("Location")),
        TableColumn(
            key="available",
            label=_l("Available"),
            kind=ColumnKind.NUMBER,
            sorts=True,
            on_phone=PhonePlace.TITLE,
        ),
        _number("held", _l("Held")),
        _number("level", _l("Reorder level")),
        _number("suggested", _l("Suggested order")),
        TableColumn(key="receive", label=_l("Received"), kind=ColumnKind.CUSTOM, is_exported=False),
    ),
    sort="available",
    tabs=(
        (StockPart.LOW, _l("Low")),
        (StockPart.ALL, _l("All")),
        (StockPart.NOT_COUNTED, _l("Not counted")),
    ),
    find_label=_l("SKU or name"),
    find_all_label=_l("Search all products"),
    empty=(
        _l("No products here"),
        _l("A product is low when its available units fall to its reorder level."),
    ),
)
MOVEMENT_COLUMNS = (
    TableColumn(key="date", label=_l("Date"), kind=ColumnKind.TIME),
    TableColumn(key="change", label=_l("Change"), kind=ColumnKind.NUMBER),
    TableColumn(key="on_hand", label=_l("On hand"), kind=ColumnKind.NUMBER),
    TableColumn(key="reason", label=_l("Reason")),
    TableColumn(key="by", label=_l("By")),
    TableColumn(key="order", label=_l("Order")),
    TableColumn(key="note", label=_l("Note")),
)
# By the reasons of the ledger.
REASONS: Mapping[str, LazyText] = {
    "purchase": _l("Sold"),
    "restock": _l("Received"),
    "adjustment": _l("Counted"),
    "return": _l("Returned"),
    "damage": _l("Damaged"),
}
LEAVING_COLUMNS = (
    TableColumn(key="name", label=_l("Product")),
    TableColumn(key="sku", label=_l("SKU")),
    TableColumn(key="available", label=_l("Available"), kind=ColumnKind.NUMBER),
    TableColumn(key="sold", label=_l("Sold"), kind=ColumnKind.NUMBER),
    TableColumn(key="lasts", label=_l("Lasts"), kind=ColumnKind.NUMBER),
)
RESTING_COLUMNS = (
    TableColumn(key="name", label=_l("Product")),
    TableColumn(key="sku", label=_l("SKU")),
    TableColumn(key="on_hand", label=_l("On hand"), kind=ColumnKind.NUMBER),
    TableColumn(key="value", label=_l("Value"), kind=ColumnKind.NUMBER),
    TableColumn(key="sold", label=_l("Last sold"), kind=ColumnKind.TIME),
)


@dataclass(frozen=True, slots=True)
class Receiving:
    """What the last cell of a row shows: the field for received units, None if it is not counted."""

    record: StockRecord
    units: object


def stock_row(record: StockRecord, formats: Formats, *, url: str, units: object) -> TableRow:
    """Return a stock record as a row of the list, linked to ``url``; ``units`` is its field for receiving."""
    archived = _("Archived") if record.is_archived else ""
    return TableRow(
        id=str(record.product_id),
        title=record.full_name,
        item=Receiving(record, units),
        cells=(
            Cell(
                text=record.name,
                href=url,
                note=", ".join(text for text in (record.options, archived) if text),
                export=record.full_name,
            ),
            Cell(text=record.sku),
            Cell(text=record.place),
            *_figures(record, formats),
            Cell(),
        ),
    )


def received_text(records: Sequence[StockRecord], units: Mapping[ProductId, int], formats: Formats) -> str:
    """Return the notice after receiving: up to three products with their units, or the totals."""
    received = [(record, units[record.product_id]) for record in records if record.product_id in units]
    if len(received) > MOST_NAMED:
        count = sum(units.values())
        products = formats.number(len(received))
        return ngettext(
            "Received: %(num)s unit of %(products)s products.",
            "Received: %(num)s units of %(products)s products.",
            count,
            products=products,
        )
    names = [
        ngettext("%(num)s unit of %(name)s", "%(num)s units of %(name)s", count, name=record.full_name)
        for record, count in received
    ]
    return _("Received: %(products)s.", products=formats.several(names))


def movements_table(
    movements: Sequence[Movement],
    numbers: Mapping[OrderId, str],
    formats: Formats,
    *,
    order_url: Callable[[OrderId], str],
) -> Table:
    """Return the movements of a product as a table; ``numbers`` are the numbers of its orders."""
    rows = [
        TableRow(
            id=str(place),
            cells=(
                Cell(at=one.at, style=TimeStyle.TIME),
                Cell(text=formats.number(one.change, plus=True)),
                Cell(text=formats.number(one.balance)),
                Cell(text=str(REASONS[one.reason])),
                Cell(text=one.who or _("The shop")),
                Cell(text=numbers[one.order_id], href=order_url(one.order_id)) if one.order_id else Cell(),
                Cell(text=one.notes),
            ),
        )
        for place, one in enumerate(movements)
    ]
    return plain_table(_l("Movements"), MOVEMENT_COLUMNS, rows)


def leaving_table(found: Sequence[DaysLeft], formats: Formats, *, url: Callable[[ProductId], str]) -> Table:
    """Return the products that sell out first as a table, each linked by ``url``."""
    rows = [
        TableRow(
            id=str(one.product_id),
            cells=(
                Cell(text=one.name, note=one.options, href=url(one.product_id)),
                Cell(text=one.sku),
                Cell(text=formats.number(one.free)),
                Cell(text=formats.number(one.sold)),
                Cell(text=_lasting(one)),
            ),
        )
        for one in found
    ]
    return plain_table(_l("Products that sell out first"), LEAVING_COLUMNS, rows)


def resting_table(
    found: Sequence[DeadStock], formats: Formats, *, currency: str, url: Callable[[ProductId], str]
) -> Table:
    """Return the products that have not sold for a while as a table, each linked by ``url``."""
    rows = [
        TableRow(
            id=str(one.product_id),
            cells=(
                Cell(text=one.name, note=one.options, href=url(one.product_id)),
                Cell(text=one.sku),
                Cell(text=formats.number(one.units)),
                Cell(text=formats.amount(Money(one.at_price, currency))),
                Cell(at=one.last_sold, style=TimeStyle.DAY) if one.last_sold else Cell(text=_("Never")),
            ),
        )
        for one in found
    ]
    return plain_table(_l("Products without a sale"), RESTING_COLUMNS, rows)


def _figures(record: StockRecord, formats: Formats) -> tuple[Cell, Cell, Cell, Cell]:
    if not record.is_counted:
        return Cell(text=_("Not counted")), Cell(), Cell(), Cell()
    values = (record.available, record.reserved, record.reorder_level, record.suggested)
    available, held, level, order = (number_cell(value, formats) for value in values)
    return available, held, level, order if record.suggested else Cell()


def _lasting(one: DaysLeft) -> str:
    if one.free <= 0:
        return _("Sold out")
    return ngettext("%(num)s day", "%(num)s days", one.days)
