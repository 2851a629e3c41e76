"""Menus of the shop: links to categories, help pages, paths and other sites, in their order.

A column is a heading of the foot of the page; only columns have links below them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from kashcraft.catalogue.rules.versions import version_of
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import MenuItemId

LONGEST_TARGET = 500


class Menu(StrEnum):
    """A menu of the shop: the row of the header, the second list of the menu, the columns of the footer."""

    HEADER = "header"
    MORE = "more"
    FOOTER = "footer"


class LinkKind(StrEnum):
    """What a link leads to; a column leads nowhere and has links below it."""

    CATEGORY = "category"
    PAGE = "page"
    PATH = "path"
    ADDRESS = "address"
    COLUMN = "column"


@dataclass(frozen=True, kw_only=True)
class LinkInput:
    """What a form says of a link. ``target`` is the id of a category or page, a path, or an https address.

    Without ``label`` a category or page is called by its own name.
    """

    kind: LinkKind
    target: str = ""
    label: str = ""
    parent_id: MenuItemId | None = None

    def values(self) -> dict[str, object]:
        """Return the values by name, as JSON stores them."""
        return {**asdict(self), "parent_id": str(self.parent_id) if self.parent_id else None}

    @property
    def version(self) -> str:
        """Return the version of these values, which differs as soon as one of them does."""
        return version_of(self.values())


@dataclass(frozen=True, kw_only=True)
class StoredLink:
    """A link with its menu, as its form shows it."""

    id: MenuItemId
    menu: Menu
    data: LinkInput


@dataclass(frozen=True, kw_only=True)
class MenuRow:
    """A stored link or column; rows come in the order of their menus."""

    id: MenuItemId
    menu: Menu
    parent_id: MenuItemId | None
    kind: LinkKind
    label: str
    target: str


@dataclass(frozen=True)
class MenuLink:
    """A link as visitors see it; a column has no address, and links below it."""

    label: str
    url: str
    children: tuple[MenuLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Places:
    """What links can lead to now: name and address of each category and page that visitors see, by id."""

    categories: Mapping[str, tuple[str, str]]
    pages: Mapping[str, tuple[str, str]]

    def find(self, kind: LinkKind, target: str) -> tuple[str, str] | None:
        """Return the own name and the address of a target, or None where it has vanished."""
        if kind is LinkKind.CATEGORY:
            return self.categories.get(target)
        if kind is LinkKind.PAGE:
            return self.pages.get(target)
        return "", target


@dataclass(frozen=True, kw_only=True)
class ListedLink:
    """A link of the list of staff: its name and address, empty where the target has vanished.

    ``level`` is 1 below a column. A column without links that are shown is not shown either.
    """

    row: MenuRow
    label: str
    url: str
    level: int
    is_shown: bool
    is_first: bool
    is_last: bool


def resolve_menu(rows: Sequence[MenuRow], places: Places) -> tuple[MenuLink, ...]:
    """Return the links of one menu as visitors see them; vanished targets and empty columns are left out."""
    return tuple(_resolved(rows, None, places))


def _resolved(rows: Sequence[MenuRow], parent: MenuItemId | None, places: Places) -> Iterable[MenuLink]:
    for row in rows:
        if row.parent_id != parent:
            continue
        found = places.find(row.kind, row.target)
        children = tuple(_resolved(rows, row.id, places)) if row.kind is LinkKind.COLUMN else ()
        if found is not None and (children or row.kind is not LinkKind.COLUMN):
            yield MenuLink(row.label or found[0], found[1], children)


def resolve_links(
    links: Iterable[tuple[LinkInput, Sequence[LinkInput]]], places: Places
) -> tuple[MenuLink, ...]:
    """Return links that are not stored, each with those below it, as visitors see them."""
    found = []
    for link, below in links:
        place = places.find(link.kind, link.target)
        if place is not None:
            children = resolve_links([(child, ()) for child in below], places)
            found.append(MenuLink(link.label or place[0], place[1], children))
    return tuple(found)


def list_links(rows: Sequence[MenuRow], places: Places) -> list[ListedLink]:
    """Return the rows of one menu as staff see them, links after their column."""
    return list(_listed(rows, None, places))


def _listed(rows: Sequence[MenuRow], parent: MenuItemId | None, places: Places) -> Iterable[ListedLink]:
    siblings = [row for row in rows if row.parent_id == parent]
    for row in siblings:
        found = places.find(row.kind, row.target)
        below = list(_listed(rows, row.id, places)) if row.kind is LinkKind.COLUMN else []
        yield ListedLink(
            row=row,
            label=row.label or (found[0] if found else ""),
            url=found[1] if found else "",
            level=0 if parent is None else 1,
            is_shown=any(one.is_shown for one in below) if row.kind is LinkKind.COLUMN else found is not None,
            is_first=row is siblings[0],
            is_last=row is siblings[-1],
        )
        yield from below


def check_link(menu: Menu, data: LinkInput) -> None:
    """Raise DomainError where a link cannot be in a menu.

    Codes: link_label (a path, an address or a column has no name of its own), link_target (nothing is
    chosen), link_path, link_address, link_column (columns are in the footer, and none is inside another),
    link_parent (in the footer a link is in a column, elsewhere in none).
    """
    named = {LinkKind.CATEGORY, LinkKind.PAGE}
    if data.kind not in named and not data.label:
        raise DomainError("link_label", field="label")
    if data.kind in named and not data.target:
        raise DomainError("link_target", field=data.kind.value)
    if data.kind is LinkKind.PATH and not _is_path(data.target):
        raise DomainError("link_path", field="path")
    if data.kind is LinkKind.ADDRESS and not _is_address(data.target):
        raise DomainError("link_address", field="address")
    if data.kind is LinkKind.COLUMN:
        if menu is not Menu.FOOTER or data.parent_id is not None:
            raise DomainError("link_column", field="kind")
    elif (menu is Menu.FOOTER) is not (data.parent_id is not None):
        raise DomainError("link_parent", field="parent")


def _is_path(text: str) -> bool:
    plain = text.isascii() and text.isprintable() and " " not in text and "\\" not in text
    return plain and text.startswith("/") and not text.startswith("//") and len(text) <= LONGEST_TARGET


def _is_address(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > LONGEST_TARGET:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
