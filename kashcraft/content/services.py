"""Help pages."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.catalogue.models import ChangeScope
from kashcraft.catalogue.rules import render_markdown
from kashcraft.catalogue.services import touch
from kashcraft.content.models import Page
from kashcraft.core.db import db


def save_page(
    *, slug: str, title: str, body: str, seo_description: str | None = None, position: int = 0
) -> Page:
    """Create or replace the help page at ``slug`` from Markdown and return it."""
    page = db.session.scalar(sa.select(Page).where(Page.slug == slug))
    if page is None:
        page = Page(slug=slug)
        db.session.add(page)
    page.title, page.body, page.position = title, body, position
    page.body_html = render_markdown(body, top=2)
    page.seo_description = seo_description
    touch(scope=ChangeScope.PAGES)
    return page
