"""What pages read of the catalogue by itself: its version, its shelves, help pages, old addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.catalogue.models import (
    CatalogueVersion,
    Category,
    Kind,
    Page,
    Product,
    RedirectKind,
    SlugRedirect,
    Status,
)
from kashcraft.catalogue.rules import Shelf, Tree, build_tree, unpack_picture
from kashcraft.core import reading
from kashcraft.core.context import kept, remembered

VERSION = sa.select(CatalogueVersion.version).where(CatalogueVersion.id == 1)


@dataclass(frozen=True)
class HelpPage:
    """A help page as it is shown."""

    slug: str
    title: str
    html: str
    description: str | None


def archived_with(family: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a product is a choice that was archived in the same act as ``family``.

    ``family`` is a row or an alias of products.
    """
    at_once = sa.and_(Product.archived_at.is_not(None), Product.archived_at == family.archived_at)
    return sa.and_(Product.parent_id == family.id, Product.status == Status.ARCHIVED, at_once)


def choices_of(family: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a product is a choice that ``family``, a row or an alias of products, has.

    A family has the choices that are not archived and, archived itself, those that were archived with it. A
    choice that was archived by itself is no longer one of them.
    """
    archived = family.status == Status.ARCHIVED
    together = sa.and_(sa.true() if archived is True else archived, archived_with(family))
    still_made = Product.status != Status.ARCHIVED
    kept = still_made if archived is False else sa.or_(still_made, together)
    return sa.and_(Product.parent_id == family.id, kept)


def is_shown() -> sa.ColumnElement[bool]:
    """Return the condition that a product is a page that visitors can open: active, with a choice to buy."""
    choice = aliased(Product)
    can_be_bought = sa.select(sa.literal(1)).where(
        choice.parent_id == Product.id, choice.status == Status.ACTIVE
    )
    return sa.and_(
        Product.status == Status.ACTIVE, sa.or_(Product.kind == Kind.SINGLE, can_be_bought.exists()),
        Product.parent_id.is_(None),
    )  # fmt: skip


def version() -> int:
    """Return the catalogue version, read once per request; 0 before anything was ever changed."""
    known = remembered().get("catalogue_version")
    if known is not None:
        return int(known)
    found = reading.rows(VERSION)
    return remember_version(found[0][0] if found else 0)


def remember_version(number: int | None) -> int:
    """Keep the version that another statement has brought along for the rest of this request; return it."""
    remembered()["catalogue_version"] = number or 0
    return number or 0


def forget_version() -> None:
    """Have the version read again: the step that is about to commit has raised it."""
    remembered().pop("catalogue_version", None)


def tree() -> Tree:
    """Return the shelves that are shown; one statement after the catalogue has changed, none otherwise."""
    current = version()
    cache = kept("catalogue")
    known: Tree | None = cache.get("tree")
    if known is None or known.version != current:
        cache["tree"] = known = build_tree(current, _shelves())
    return known


def _shelves() -> list[Shelf]:
    rows = reading.rows(
        sa.select(
            Category.id,
            Category.parent_id,
            Category.name,
            Category.slug,
            Category.description,
            Category.image,
            Category.position,
            Category.seo_title,
            Category.seo_description,
        ).where(Category.is_active)
    )
    return [
        Shelf(
            id=row.id,
            parent_id=row.parent_id,
            name=row.name,
            slug=row.slug,
            description=row.description,
            picture=unpack_picture(row.image) if row.image else None,
            position=row.position,
            seo_title=row.seo_title,
            seo_description=row.seo_description,
        )
        for row in rows
    ]


class Navigation(Sequence[Shelf]):
    """The shelves at the root, read when a layout shows them and not before."""

    def __iter__(self) -> Iterator[Shelf]:
        return iter(tree().roots)

    def __len__(self) -> int:
        return len(tree().roots)

    @overload
    def __getitem__(self, index: int) -> Shelf: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Shelf]: ...

    def __getitem__(self, index: int | slice) -> Shelf | Sequence[Shelf]:
        return tree().roots[index]


def navigation() -> Navigation:
    """Return what the header and the footer list: items with ``name``, ``slug``, ``url`` and ``children``."""
    return Navigation()


def help_page(slug: str) -> HelpPage | None:
    """Return the help page at ``slug``; one statement."""
    query = sa.select(Page.slug, Page.title, Page.body_html, Page.seo_description).where(Page.slug == slug)
    found = reading.rows(query)
    return HelpPage(*found[0]) if found else None


def help_titles() -> list[tuple[str, str]]:
    """Return slug and title of every help page in their order; one statement."""
    query = sa.select(Page.slug, Page.title).order_by(Page.position, Page.title)
    return [(slug, title) for slug, title in reading.rows(query)]


def page_at(slugs: Sequence[str]) -> str | None:
    """Return the slug of the page at the first of ``slugs`` that is or was a product's, None where that page
    is not shown; one statement.
    """
    now = sa.select(Product.slug, Product.slug, is_shown()).where(Product.slug.in_(slugs))
    once = (
        sa.select(Product.slug, SlugRedirect.slug, is_shown())
        .join(SlugRedirect, SlugRedirect.product_id == Product.id)
        .where(SlugRedirect.kind == RedirectKind.PRODUCT, SlugRedirect.slug.in_(slugs))
    )
    found: dict[str, tuple[str, bool]] = {}
    for slug, asked, shown in reading.rows(sa.union_all(now, once)):
        if asked == slug or asked not in found:
            found[asked] = (slug, shown)
    first = next((found[slug] for slug in slugs if slug in found), None)
    return first[0] if first and first[1] else None


def moved_to(kind: RedirectKind, slug: str) -> str | None:
    """Return the current slug of what once had ``slug``; one statement."""
    owner = Product if kind is RedirectKind.PRODUCT else Category
    link = SlugRedirect.product_id if kind is RedirectKind.PRODUCT else SlugRedirect.category_id
    query = (
        sa.select(owner.slug)
        .join(SlugRedirect, link == owner.id)
        .where(SlugRedirect.kind == kind, SlugRedirect.slug == slug)
    )
    found = reading.rows(query)
    return found[0][0] if found else None
