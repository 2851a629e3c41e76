"""Reads of help pages and menus; what layouts show on every page is cached under the catalogue version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from kashcraft.catalogue.queries import get_tree
from kashcraft.catalogue.rules import Tree
from kashcraft.content.models import MenuItem, Page, PageRedirect
from kashcraft.content.rules import (
    FIXED_SLUGS,
    LinkInput,
    LinkKind,
    ListedPage,
    Menu,
    MenuLink,
    MenuRow,
    PageText,
    Places,
    StoredLink,
    StoredPage,
    count_gaps,
    page_path,
    resolve_menu,
)
from kashcraft.core import autocommit
from kashcraft.core.caches import Cache
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import MenuItemId, PageId


class _ItemRow(Protocol):
    id: MenuItemId
    menu: str
    parent_id: MenuItemId | None
    source: str
    label: str
    target: str


@dataclass(frozen=True)
class HelpPage:
    """A rendered help page."""

    slug: str
    title: str
    html: str
    description: str | None


@dataclass(frozen=True)
class SiteContent:
    """What the layouts show of the editors' content at a catalogue version: ``pages`` are slug and title.

    ``menus`` has the menus with links of their own; the others show the default. ``places`` is what links
    can lead to, ``page_ids`` are the pages by slug.
    """

    version: int
    pages: Sequence[tuple[str, str]]
    page_ids: Mapping[str, PageId]
    places: Places
    menus: Mapping[Menu, Sequence[MenuLink]]
    header_paths: frozenset[str]

    @property
    def help_urls(self) -> Mapping[str, str]:
        """Return the addresses of the pages that the shop links to, by slug, of those that exist."""
        known = {slug for slug, _title in self.pages}
        return {slug: page_path(slug) for slug in FIXED_SLUGS if slug in known}

    @property
    def missing_slugs(self) -> list[str]:
        """Return the slugs of the pages that the shop would link to, and that nobody has written yet."""
        return [slug for slug in FIXED_SLUGS if slug not in self.help_urls]


CONTENT: Cache[str, SiteContent] = Cache("site content", most=1)
# Pages and menus in one statement, because the layouts need both.
_SITE: sa.CompoundSelect[tuple[object, ...]] = sa.union_all(
    sa.select(
        sa.literal("page").label("source"),
        Page.id,
        sa.cast(sa.null(), sa.Uuid()).label("parent_id"),
        sa.literal("").label("menu"),
        Page.title.label("label"),
        Page.slug.label("target"),
        Page.position.label("position"),
    ),
    sa.select(
        sa.cast(MenuItem.kind, sa.String),
        MenuItem.id,
        MenuItem.parent_id,
        sa.cast(MenuItem.menu, sa.String),
        MenuItem.label,
        MenuItem.target,
        MenuItem.position,
    ),
)


def get_site_content() -> SiteContent:
    """Return the current content.

    One statement after a change of the catalogue, beside that of the categories, and none otherwise.
    """
    tree = get_tree()
    known = CONTENT.get("all")
    if known is None or known.version != tree.version:
        known = _read_site_content(tree)
        CONTENT.put("all", known)
    return known


def _read_site_content(tree: Tree) -> SiteContent:
    rows = sorted(autocommit.rows(_SITE), key=lambda row: (row.position, row.label, row.id))
    pages = [row for row in rows if row.menu == ""]
    places = Places(
        categories={str(one.id): (one.name, one.url) for one in tree.by_id.values()},
        pages={str(row.id): (row.label, page_path(row.target)) for row in pages},
    )
    items = [_menu_row(row) for row in sorted(rows, key=lambda row: (row.position, row.id)) if row.menu]
    menus = {
        menu: resolve_menu([item for item in items if item.menu is menu], places)
        for menu in {item.menu for item in items}
    }
    usual = ["/products", *(root.url for root in tree.roots)]
    header = [link.url for link in menus[Menu.HEADER]] if Menu.HEADER in menus else usual
    return SiteContent(
        version=tree.version,
        pages=tuple((row.target, row.label) for row in pages),
        page_ids={row.target: row.id for row in pages},
        places=places,
        menus=menus,
        header_paths=frozenset(header),
    )


def _menu_row(row: _ItemRow) -> MenuRow:
    return MenuRow(
        id=row.id,
        menu=Menu(row.menu),
        parent_id=row.parent_id,
        kind=LinkKind(row.source),
        label=row.label,
        target=row.target,
    )


def find_help_page(slug: str) -> HelpPage | None:
    """Return the help page at ``slug``; one statement."""
    query = sa.select(Page.slug, Page.title, Page.body_html, Page.seo_description).where(Page.slug == slug)
    found = autocommit.rows(query)
    return HelpPage(*found[0]) if found else None


def find_new_page_slug(slug: str) -> str | None:
    """Return the current slug of the help page that once had ``slug``; one statement."""
    query = sa.select(Page.slug).join(PageRedirect, PageRedirect.page_id == Page.id)
    found = autocommit.rows(query.where(PageRedirect.slug == slug))
    return found[0][0] if found else None


def list_page_addresses() -> Iterator[tuple[str, datetime]]:
    """Yield the path of every help page with the time of its last change. One statement."""
    rows = db.session.execute(sa.select(Page.slug, Page.updated_at).order_by(Page.position))
    for slug, changed in rows:
        yield page_path(slug), changed


def list_pages() -> list[ListedPage]:
    """Return every help page in its order, as staff see it. One statement."""
    rows = db.session.execute(
        sa.select(Page.id, Page.slug, Page.title, Page.body, Page.updated_at).order_by(
            Page.position, Page.title, Page.id
        )
    ).all()
    return [
        ListedPage(
            id=row.id,
            slug=row.slug,
            title=row.title,
            gaps=count_gaps(row.body),
            changed_at=row.updated_at,
            is_first=row is rows[0],
            is_last=row is rows[-1],
        )
        for row in rows
    ]


def list_incomplete_pages() -> list[ListedPage]:
    """Return the help pages with marked gaps that nobody has completed. One statement."""
    return [page for page in list_pages() if page.gaps]


def get_page(page_id: PageId) -> StoredPage:
    """Return a help page as staff see it. Raises NotFound. One statement."""
    page = db.session.scalar(sa.select(Page).where(Page.id == page_id))
    if page is None:
        raise NotFound("not_found", page_id=str(page_id))
    return StoredPage(id=page.id, data=get_page_text(page))


def get_page_text(page: Page) -> PageText:
    """Return what a form shows of a help page."""
    return PageText(
        title=page.title, slug=page.slug, body=page.body, seo_description=page.seo_description or ""
    )


def list_old_slugs(page_id: PageId) -> list[str]:
    """Return the former slugs of a help page. One statement."""
    query = sa.select(PageRedirect.slug).where(PageRedirect.page_id == page_id)
    return list(db.session.scalars(query.order_by(PageRedirect.slug)))


def list_menu_rows(menu: Menu) -> list[MenuRow]:
    """Return the stored links of a menu in their order; none where it shows the default. One statement."""
    query = sa.select(MenuItem).where(MenuItem.menu == menu).order_by(MenuItem.position, MenuItem.id)
    return [
        MenuRow(
            id=item.id,
            menu=item.menu,
            parent_id=item.parent_id,
            kind=item.kind,
            label=item.label,
            target=item.target,
        )
        for item in db.session.scalars(query)
    ]


def get_link(item_id: MenuItemId) -> StoredLink:
    """Return a link as its form shows it. Raises NotFound. One statement."""
    item = db.session.scalar(sa.select(MenuItem).where(MenuItem.id == item_id))
    if item is None:
        raise NotFound("not_found", item_id=str(item_id))
    return StoredLink(id=item.id, menu=item.menu, data=get_link_input(item))


def get_link_input(item: MenuItem) -> LinkInput:
    """Return what a form shows of a link."""
    return LinkInput(kind=item.kind, target=item.target, label=item.label, parent_id=item.parent_id)
