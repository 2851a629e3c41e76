"""The list of categories: its columns and rows."""

from __future__ import annotations

from collections.abc import Callable

from kashcraft.backoffice.presenters.cells import number_cell, tag_cell
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    ListOutline,
    PhonePlace,
    TableColumn,
    TableRow,
)
from kashcraft.catalogue.rules.category_input import ListedCategory
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext

SHOWN = (_l("Shown"), "good")
HIDDEN = (_l("Hidden"), "muted")
HIDDEN_WITH_PARENT = (_l("Inside a hidden one"), "muted")
LIST = ListOutline(
    name="categories",
    label=_l("Categories"),
    endpoint="backoffice.categories",
    columns=(
        TableColumn(key="name", label=_l("Category"), kind=ColumnKind.CUSTOM),
        TableColumn(key="address", label=_l("Address"), kind=ColumnKind.CODE, on_phone=PhonePlace.NOWHERE),
        TableColumn(key="products", label=_l("Products"), kind=ColumnKind.NUMBER),
        TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG, on_phone=PhonePlace.TITLE),
        TableColumn(key="order", label=_l("Order"), kind=ColumnKind.CUSTOM, is_exported=False),
    ),
    size=1_000,
    empty=(_l("No categories yet"), _l("Visitors find products by the categories that they are in.")),
)


def category_row(
    category: ListedCategory, formats: Formats, *, url: Callable[[ListedCategory], str], address: str
) -> TableRow:
    """Return a category as a row of the list."""
    hidden = HIDDEN_WITH_PARENT if category.is_active else HIDDEN
    return TableRow(
        id=str(category.id),
        title=category.name,
        item=category,
        cells=(
            Cell(text=category.name, href=url(category), export=f"{'> ' * category.level}{category.name}"),
            Cell(text=address),
            number_cell(category.products, formats),
            tag_cell(SHOWN if category.is_shown else hidden),
            Cell(),
        ),
    )


def contents_text(products: int, categories: int) -> str:
    """Return why a category cannot be deleted: what is in it."""
    parts = [
        text
        for count, text in (
            (products, ngettext("%(num)s product", "%(num)s products", products)),
            (categories, ngettext("%(num)s category", "%(num)s categories", categories)),
        )
        if count
    ]
    if len(parts) == 2:
        return _("Not deleted: it contains %(one)s and %(other)s.", one=parts[0], other=parts[1])
    return _("Not deleted: it contains %(one)s.", one=parts[0])
