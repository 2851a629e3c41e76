"""Reads of the help pages; what layouts show on every page is cached under the catalogue version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kashcraft.catalogue.queries import get_version
from kashcraft.content.models import Page, PageRedirect
from kashcraft.content.rules import FIXED_SLUGS, ListedPage, PageText, StoredPage, count_gaps, page_path
from kashcraft.core import autocommit
from kashcraft.core.caches import Cache
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import PageId


@dataclass(frozen=True)
class HelpPage:
    """A rendered help page."""

    slug: str
    title: str
    html: str
    description: str | None


@dataclass(frozen=True)
class SiteContent:
    """What the layouts show of the editors' content at a catalogue version: ``pages`` are slug and title."""

    version: int
    pages: Sequence[tuple[str, str]]

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


def get_site_content() -> SiteContent:
    """Return the current content; one statement after a change of the catalogue, none otherwise."""
    current = get_version()
    known = CONTENT.get("all")
    if known is None or known.version != current:
        rows = autocommit.rows(sa.select(Page.slug, Page.title).order_by(Page.position, Page.title))
        known = SiteContent(current, tuple((row.slug, row.title) for row in rows))
        CONTENT.put("all", known)
    return known


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
