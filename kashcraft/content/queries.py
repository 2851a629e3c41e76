"""Reads of the help pages; what layouts show on every page is cached under the catalogue version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kashcraft.catalogue.queries import get_version
from kashcraft.content.models import Page, PageRedirect
from kashcraft.content.rules import FIXED_SLUGS, page_path
from kashcraft.core import autocommit
from kashcraft.core.caches import Cache
from kashcraft.core.db import db


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
