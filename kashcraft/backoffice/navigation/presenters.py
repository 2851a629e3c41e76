"""The menus as tables, with what each link leads to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kashcraft.backoffice.presenters.cells import tag_cell
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    PhonePlace,
    Table,
    TableColumn,
    TableRow,
    plain_table,
)
from kashcraft.content.rules import LinkKind, ListedLink, Menu, MenuLink, MenuRow
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import MenuItemId

MENUS = {
    Menu.HEADER: (_l("Header"), _l("The row below the head of every page, and the menu of phones.")),
    Menu.MORE: (_l("Menu, second list"), _l("Below the first list in the menu of phones.")),
    Menu.FOOTER: (_l("Footer"), _l("Columns at the foot of every page.")),
}
SHOWN = (_l("Shown"), "good")
GONE = (_l("Left out: it leads nowhere"), "warn")
EMPTY = (_l("Left out: it has no links"), "warn")
COLUMNS = (
    TableColumn(key="label", label=_l("Link"), kind=ColumnKind.CUSTOM),
    TableColumn(key="target", label=_l("Leads to"), on_phone=PhonePlace.BELOW),
    TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG, on_phone=PhonePlace.TITLE),
    TableColumn(key="order", label=_l("Order"), kind=ColumnKind.CUSTOM),
)


@dataclass(frozen=True)
class ShownMenu:
    """A menu of the section; ``is_own`` is whether editors have changed it."""

    menu: Menu
    title: str
    hint: str
    is_own: bool
    table: Table


def own_menu(menu: Menu, links: Sequence[ListedLink], url: Callable[[ListedLink], str]) -> ShownMenu:
    """Return a menu of the editors."""
    return _menu(menu, [_row(link, url(link)) for link in links], is_own=True)


def default_menu(menu: Menu, links: Sequence[MenuLink]) -> ShownMenu:
    """Return a menu that shows the default, without what would change it."""
    rows = []
    for link in links:
        rows.append(_default_row(link, 0))
        rows += [_default_row(child, 1) for child in link.children]
    return _menu(menu, rows, is_own=False)


def column_choices(rows: Sequence[MenuRow]) -> list[tuple[MenuItemId, str]]:
    """Return the columns of a menu with their labels."""
    return [(row.id, row.label) for row in rows if row.kind is LinkKind.COLUMN]


def link_name(label: str) -> str:
    """Return what a link is called whose target has vanished with its name."""
    return label or _("(without a text)")


def _menu(menu: Menu, rows: Sequence[TableRow], *, is_own: bool) -> ShownMenu:
    title, hint = MENUS[menu]
    columns = COLUMNS if is_own else COLUMNS[:2]
    return ShownMenu(menu, str(title), str(hint), is_own, plain_table(title, columns, rows))


def _row(link: ListedLink, url: str) -> TableRow:
    gone = EMPTY if link.row.kind is LinkKind.COLUMN else GONE
    name = link_name(link.label)
    return TableRow(
        id=str(link.row.id),
        title=name,
        item=link,
        cells=(
            Cell(text=name, href=url),
            Cell(text=link.url),
            tag_cell(SHOWN if link.is_shown else gone),
            Cell(),
        ),
    )


def _default_row(link: MenuLink, level: int) -> TableRow:
    return TableRow(
        id=link.url or link.label,
        title=link.label,
        item={"level": level},
        cells=(Cell(text=link.label), Cell(text=link.url)),
    )
