"""Help pages: written by editors, each change with an entry of the audit trail."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from kashcraft.audit.queries import list_entries_of
from kashcraft.catalogue.models import ChangeScope
from kashcraft.catalogue.rules import render_markdown, slug_from
from kashcraft.catalogue.services import touch
from kashcraft.content.models import Page, PageRedirect
from kashcraft.content.queries import get_page, get_page_text, list_old_slugs
from kashcraft.content.rules import FIXED_SLUGS, LONGEST_SLUG, PageText
from kashcraft.core import audit_trail
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import PageId, new_id

SUBJECT = "page"


def save_page(
    *, slug: str, title: str, body: str, seo_description: str | None = None, position: int = 0
) -> Page:
    """Create or replace the help page at ``slug`` from Markdown and return it; for files of the demo."""
    page = db.session.scalar(sa.select(Page).where(Page.slug == slug))
    if page is None:
        page = Page(id=new_id(), slug=slug)
        db.session.add(page)
    page.position = position
    _write(page, PageText(title=title, slug=slug, body=body, seo_description=seo_description or ""))
    return page


def add_page(*, data: PageText) -> PageId:
    """Create a help page as the last one and return its id.

    Raises DomainError: page_slug_taken, slug_empty.
    """
    _lock_pages()
    slug = slug_from(data.slug or data.title, LONGEST_SLUG)
    data = replace(data, slug=slug)
    _claim_slug(slug)
    page = Page(id=new_id(), slug=slug, position=_last_position() + 1)
    db.session.add(page)
    _write(page, data)
    audit_trail.record(SUBJECT, action="created", subject_id=page.id, title=data.title, after=data.values())
    return page.id


def edit_page(*, page_id: PageId, data: PageText, seen: str) -> bool:
    """Give a help page the values of ``data`` and return whether any differed; an old slug redirects.

    ``seen`` is the version of the values that the form was opened with. Raises NotFound, and DomainError:
    page_changed_since (they have changed), page_slug_taken, slug_empty, page_slug_fixed (the shop links to
    it).
    """
    _lock_pages()
    page = _load(page_id)
    stored = get_page_text(page)
    if stored.version != seen:
        raise DomainError("page_changed_since")
    data = replace(data, slug=slug_from(data.slug, LONGEST_SLUG) if data.slug else stored.slug)
    if data == stored:
        return False
    if data.slug != stored.slug:
        if stored.slug in FIXED_SLUGS:
            raise DomainError("page_slug_fixed", field="slug")
        _claim_slug(data.slug)
        page.slug = data.slug
        db.session.add(PageRedirect(slug=stored.slug, page_id=page_id))
    _write(page, data)
    before, after = audit_trail.differences(stored.values(), data.values())
    audit_trail.record(
        SUBJECT, action="changed", subject_id=page_id, title=stored.title, before=before, after=after
    )
    return True


def shift_page(*, page_id: PageId, later: bool) -> bool:
    """Let a help page change places with the one before or after it; return whether there is one.

    Raises NotFound.
    """
    pages = _lock_pages()
    place = next((number for number, one in enumerate(pages) if one.id == page_id), None)
    if place is None:
        raise NotFound("not_found", page_id=str(page_id))
    target = place + 1 if later else place - 1
    if not 0 <= target < len(pages):
        return False
    pages[place], pages[target] = pages[target], pages[place]
    for position, page in enumerate(pages):
        page.position = position
    touch(scope=ChangeScope.PAGES)
    audit_trail.record(
        SUBJECT,
        action="reordered",
        subject_id=page_id,
        title=pages[target].title,
        before={"place": place + 1},
        after={"place": target + 1},
    )
    return True


def delete_page(*, page_id: PageId) -> str:
    """Delete a help page with its redirects and return its title; ``restore_page`` creates it again.

    Raises NotFound.
    """
    _lock_pages()
    page = get_page(page_id)
    position = _load(page_id).position
    before = {**page.data.values(), "position": position, "old_slugs": list_old_slugs(page_id)}
    db.session.execute(sa.delete(Page).where(Page.id == page_id))
    touch(scope=ChangeScope.PAGES)
    audit_trail.record(SUBJECT, action="deleted", subject_id=page_id, title=page.data.title, before=before)
    return page.data.title


def restore_page(*, page_id: PageId) -> bool:
    """Create a deleted help page again, at its place and with its redirects; return whether it was deleted.

    The audit trail has what it contained. Raises DomainError: page_slug_taken (another page has its address
    now).
    """
    _lock_pages()
    latest = next(iter(list_entries_of(SUBJECT, page_id, limit=1)), None)
    if latest is None or latest.action != "deleted":
        return False
    names = ("title", "slug", "body", "seo_description")
    data = PageText(**{name: str(latest.before[name]) for name in names})
    _claim_slug(data.slug)
    page = Page(id=page_id, slug=data.slug, position=int(str(latest.before["position"])))
    db.session.add(page)
    _write(page, data)
    db.session.flush()  # the redirects refer to it
    old_slugs = latest.before["old_slugs"]
    for slug in old_slugs if isinstance(old_slugs, list) else ():
        if db.session.get(PageRedirect, slug) is None and not _has_page(slug):
            db.session.add(PageRedirect(slug=slug, page_id=page_id))
    audit_trail.record(SUBJECT, action="restored", subject_id=page_id, title=data.title, after=data.values())
    return True


def _write(page: Page, data: PageText) -> None:
    page.title, page.body = data.title, data.body
    page.body_html = render_markdown(data.body, top=2)
    page.seo_description = data.seo_description or None
    touch(scope=ChangeScope.PAGES)


def _load(page_id: PageId) -> Page:
    page = db.session.scalar(sa.select(Page).where(Page.id == page_id))
    if page is None:
        raise NotFound("not_found", page_id=str(page_id))
    return page


def _lock_pages() -> list[Page]:
    """Return all pages in their order; concurrent changes of pages wait until the step has ended."""
    db.session.execute(sa.select(Page.id).order_by(Page.id).with_for_update())
    return list(db.session.scalars(sa.select(Page).order_by(Page.position, Page.title, Page.id)))


def _last_position() -> int:
    found: int | None = db.session.scalar(sa.select(sa.func.max(Page.position)))
    return -1 if found is None else found


def _claim_slug(slug: str) -> None:
    """Take a slug for a page: a redirect from it ends. Raises DomainError: page_slug_taken."""
    if _has_page(slug):
        raise DomainError("page_slug_taken", field="slug")
    db.session.execute(sa.delete(PageRedirect).where(PageRedirect.slug == slug))


def _has_page(slug: str) -> bool:
    return db.session.scalar(sa.select(Page.id).where(Page.slug == slug)) is not None
