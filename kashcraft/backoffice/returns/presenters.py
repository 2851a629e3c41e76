"""The list of returns: its tabs and columns, and a row."""

from __future__ import annotations

from collections.abc import Mapping

from kashcraft.backoffice.presenters.cells import tag_cell
from kashcraft.backoffice.presenters.tables import Cell, ColumnKind, ListOutline, TableColumn, TableRow
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.orders.presenters import RETURN_LABELS, RETURN_REASONS
from kashcraft.orders.rules import ReturnState, StaffReturn

# By the tab of the list; the tab of all open returns has no state.
TAB_STATES: Mapping[str, ReturnState] = {
    "answer": ReturnState.REQUESTED,
    "receive": ReturnState.APPROVED,
    "refund": ReturnState.RECEIVED,
}
TAGS: Mapping[ReturnState, str] = {
    ReturnState.REQUESTED: "warn",
    ReturnState.APPROVED: "info",
    ReturnState.RECEIVED: "good",
}
LIST = ListOutline(
    name="returns",
    label=_l("Returns"),
    endpoint="backoffice.returns",
    columns=(
        TableColumn(key="order", label=_l("Order"), sorts=True),
        TableColumn(key="age", label=_l("Age"), kind=ColumnKind.TIME, sorts=True),
        TableColumn(key="customer", label=_l("Customer")),
        TableColumn(key="items", label=_l("Items"), kind=ColumnKind.LONG),
        TableColumn(key="reason", label=_l("Reason"), kind=ColumnKind.LONG),
        TableColumn(key="status", label=_l("Status"), kind=ColumnKind.TAG),
        TableColumn(key="next", label=_l("Next step"), kind=ColumnKind.CUSTOM, is_exported=False),
    ),
    sort="age",
    tabs=(
        ("answer", _l("To answer")),
        ("receive", _l("To receive")),
        ("refund", _l("To refund")),
        ("all", _l("All open")),
    ),
    find_label=_l("Number, name, e-mail or town"),
    find_all_label=_l("Search all open returns"),
    empty=(_l("No returns here"), _l("Requests of customers appear here, the oldest first.")),
)


def return_row(one: StaffReturn, *, url: str) -> TableRow:
    """Return an open return as a row of the list; ``url`` is the page of its order."""
    items = [f"{item.units} × {item.name}" for item in one.items]
    more = len(items) - 1
    note = ngettext("and %(num)s more", "and %(num)s more", more) if more else ""
    return TableRow(
        id=str(one.id),
        title=one.number,
        item=one,
        cells=(
            Cell(text=one.number, href=url),
            Cell(at=one.requested_at),
            Cell(text=one.customer),
            Cell(text=items[0], note=note, export="; ".join(items)),
            Cell(text=", ".join(str(RETURN_REASONS[reason]) for reason in one.reasons)),
            tag_cell((RETURN_LABELS[one.state][0], TAGS[one.state])),
            Cell(),
        ),
    )
