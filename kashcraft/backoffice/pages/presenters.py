"""The list of help pages, and the names of those that the shop links to."""

from __future__ import annotations

from kashcraft.backoffice.presenters.cells import tag_cell
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    ListOutline,
    PhonePlace,
    TableColumn,
    TableRow,
    TimeStyle,
)
from kashcraft.content.rules import ListedPage, page_path
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext

COMPLETE = (_l("Complete"), "good")
LIST = ListOutline(
    name="pages",
    label=_l("Pages"),
    endpoint="backoffice.pages",
    columns=(
        TableColumn(key="title", label=_l("Page")),
        TableColumn(key="address", label=_l("Address"), kind=ColumnKind.CODE, on_phone=PhonePlace.NOWHERE),
        TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG, on_phone=PhonePlace.TITLE),
        TableColumn(key="changed", label=_l("Changed"), kind=ColumnKind.TIME),
        TableColumn(key="order", label=_l("Order"), kind=ColumnKind.CUSTOM, is_exported=False),
    ),
    size=1_000,
    empty=(_l("No pages yet"), _l("Visitors look here for delivery, returns, and how to reach you.")),
)
# What the pages are called whose links are part of the shop.
FIXED_TITLES = {
    "shipping": _l("Shipping"),
    "returns": _l("Returns"),
    "contact": _l("Contact"),
    "about": _l("About us"),
    "privacy": _l("Privacy"),
    "terms": _l("Terms"),
}


def page_row(page: ListedPage, url: str) -> TableRow:
    """Return a page as a row of the list."""
    return TableRow(
        id=str(page.id),
        title=page.title,
        item=page,
        cells=(
            Cell(text=page.title, href=url),
            Cell(text=page_path(page.slug)),
            Cell(text=gaps_text(page.gaps), tag="warn") if page.gaps else tag_cell(COMPLETE),
            Cell(at=page.changed_at, style=TimeStyle.AGO),
            Cell(),
        ),
    )


def gaps_text(gaps: int) -> str:
    """Return how much of a draft is left to complete."""
    return ngettext("%(num)s gap to complete", "%(num)s gaps to complete", gaps)
