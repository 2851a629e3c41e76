"""Reads of the catalogue: its version, categories and old addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.catalogue.models import (
    CatalogueChange,
    CatalogueVersion,
    Category,
    ChangeScope,
    Kind,
    Product,
    ProductAttribute,
    ProductCategory,
    ProductImage,
    ProductImageVariant,
    RedirectKind,
    SlugRedirect,
    Status,
)
from kashcraft.catalogue.rules import CategoryNode, Tree, build_tree, category_labels, unpack_picture
from kashcraft.core import autocommit, reference_version
from kashcraft.core.caches import Cache, request_memo
from kashcraft.core.db import BATCH_SIZE, db
from kashcraft.core.ids import CategoryId, ProductId

# Counters, missing pictures and announced sales change without an edit, so they do not make an edition
# outdated.
_COUNTED = {"sold_count", "rating_count", "rating_total", "updated_at", "source_urls", "sale_announced"}
_PICTURES = f"{ProductImage.__tablename__} "
VERSION = sa.select(CatalogueVersion.version).where(CatalogueVersion.id == 1)
_VERSION = "catalogue_version"
reference_version.read_together(_VERSION, VERSION.scalar_subquery())
TREE: Cache[str, Tree] = Cache("categories", most=1)


_CHANGES = (
    sa.select(CatalogueChange.version, CatalogueChange.scope, CatalogueChange.product_id)
    .where(CatalogueChange.version >= sa.bindparam("since"))
    .order_by(CatalogueChange.version)
    .limit(sa.bindparam("most"))
)


@dataclass(frozen=True)
class Changes:
    """What several versions have changed: product pages, each with the version of its last change, and
    whether categories.
    """

    products: Mapping[ProductId, int]
    categories: bool


def archived_with(parent: Product | type[Product]) -> sa.ColumnElement[bool]:
    """Return the condition that a product is a variant that was archived together with ``parent``.

    ``parent`` is a row or an alias of products.
    """
    at_once = sa.and_(Product.archived_at.is_not(None), Product.archived_at == parent.archived_at)
    return sa.and_(Product.parent_id == parent.id, Product.status == Status.ARCHIVED, at_once)


def variants_of(parent: Product | type[Product]) -> sa.ColumnElement[bool]:
    """Return the condition that a product is a current variant of ``parent``, a row or an alias of products.

    Current are the variants that are not archived and, if the parent is archived, those archived with it. A
    variant that was archived on its own is not current.
    """
    # A bool for a row, a condition for an alias.
    archived: bool | sa.ColumnElement[bool] = parent.status == Status.ARCHIVED
    current = Product.status != Status.ARCHIVED
    if archived is True:
        current = sa.or_(current, archived_with(parent))
    elif not isinstance(archived, bool):
        current = sa.or_(current, sa.and_(archived, archived_with(parent)))
    return sa.and_(Product.parent_id == parent.id, current)


def is_shown() -> sa.ColumnElement[bool]:
    """Return the condition that a product is a page that visitors can open: active, with something to buy."""
    variant = aliased(Product)
    can_be_bought = sa.select(sa.literal(1)).where(
        variant.parent_id == Product.id, variant.status == Status.ACTIVE
    )
    return sa.and_(
        Product.status == Status.ACTIVE, sa.or_(Product.kind == Kind.SINGLE, can_be_bought.exists()),
        Product.parent_id.is_(None),
    )  # fmt: skip


def get_version() -> int:
    """Return the catalogue version, read once per request, with the reference version; 0 before the first
    change.
    """
    known = request_memo().get(_VERSION)
    return int(known) if known is not None else reference_version.read_versions()[_VERSION]


def remember_version(number: int | None) -> None:
    """Store the version that another statement has read, for the rest of this request."""
    request_memo()[_VERSION] = number or 0


def forget_version() -> None:
    """Have the version read again, because the current step raises it when it commits."""
    request_memo().pop(_VERSION, None)


def find_changes(since: int, until: int, *, most: int) -> Changes | None:
    """Return what has changed after one version up to another, or None where everything may have.

    That is so if more than ``most`` products have changed, and if the log does not contain the first version
    itself: its older rows are deleted, and a restored backup does not know it. Versions are committed in
    their order, so no smaller one appears later. One statement.
    """
    rows = autocommit.rows(_CHANGES, {"since": since, "most": 2 * most})
    if not rows or rows[0].version != since or len(rows) == 2 * most:
        return None
    later = [row for row in rows if since < row.version <= until]
    if any(row.scope is ChangeScope.EVERYTHING for row in later):
        return None
    products = {row.product_id: row.version for row in later if row.product_id is not None}
    categories = any(row.scope is ChangeScope.CATEGORIES for row in later)
    return Changes(products, categories) if len(products) <= most else None


@dataclass(frozen=True)
class Edition:
    """The rows of some pages and of all categories at the catalogue version ``version``.

    ``rows`` is None if the catalogue changed while they were read.
    """

    version: int
    page_ids: tuple[ProductId, ...]
    rows: frozenset[str] | None


def get_edition(page_ids: Iterable[ProductId], *, since: int | None = None) -> Edition:
    """Return the current rows of pages, for a later comparison by ``is_current``.

    ``since`` is the version at which the caller began to read. Counters (ratings, sales) are not included.
    """
    ids = tuple(page_ids)
    number = _committed_version()
    rows = _rows_of_pages(ids)
    moved = number != _committed_version() or since not in (None, number)
    return Edition(number, ids, None if moved else rows)


def is_current(known: Edition) -> bool:
    """Return whether the rows of an edition are unchanged; pictures that were added do not count.

    One statement if the catalogue version is unchanged.
    """
    if known.rows is None:
        return False
    if _committed_version() == known.version:
        return True
    rows = _rows_of_pages(known.page_ids)
    return known.rows <= rows and all(row.startswith(_PICTURES) for row in rows - known.rows)


def _committed_version() -> int:
    """Return the version as the transaction of the session sees it."""
    return db.session.scalar(VERSION) or 0


def _rows_of_pages(page_ids: Sequence[ProductId]) -> frozenset[str]:
    found = set(map(repr, db.session.execute(sa.select(*_raw(Category)))))
    for first in range(0, len(page_ids), BATCH_SIZE):
        some = page_ids[first : first + BATCH_SIZE]
        found |= _pictures_of(some)
        for table, condition in (
            (Product, Product.id.in_(some)),
            (Product, Product.parent_id.in_(some)),
            (ProductAttribute, ProductAttribute.product_id.in_(some)),
            (ProductCategory, ProductCategory.product_id.in_(some)),
        ):
            found |= {
                f"{table.__tablename__} {row}"
                for row in db.session.execute(sa.select(*_raw(table)).where(condition))
            }
    return frozenset(found)


def _pictures_of(page_ids: Sequence[ProductId]) -> set[str]:
    """Return each picture together with the variants that it shows."""
    shows: dict[Any, list[Any]] = defaultdict(list)
    pictures = sa.select(ProductImage.id).where(ProductImage.product_id.in_(page_ids))
    shown = sa.select(*_raw(ProductImageVariant)).where(ProductImageVariant.image_id.in_(pictures))
    for image_id, variant_id in db.session.execute(shown):
        shows[image_id].append(variant_id)
    rows = db.session.execute(sa.select(*_raw(ProductImage)).where(ProductImage.product_id.in_(page_ids)))
    return {f"{_PICTURES}{row} {sorted(shows[row.id])}" for row in rows}


def _raw(table: type[Any]) -> list[sa.ColumnElement[Any]]:
    """Return the columns of a table without type conversion and without counters."""
    columns = table.__table__.columns
    return [sa.type_coerce(column, sa.types.NullType()) for column in columns if column.name not in _COUNTED]


def get_tree() -> Tree:
    """Return the active categories; one statement after a change of the catalogue, none otherwise."""
    current = get_version()
    known = TREE.get("all")
    if known is None or known.version != current:
        known = build_tree(current, _categories())
        TREE.put("all", known)
    return known


def _categories() -> list[CategoryNode]:
    rows = autocommit.rows(
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
        CategoryNode(
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


def find_page_at(slugs: Sequence[str]) -> str | None:
    """Return the current slug of the page that has or had the first known slug of ``slugs``.

    None if that page is not shown. One statement.
    """
    now = sa.select(Product.slug, Product.slug, is_shown()).where(Product.slug.in_(slugs))
    once = (
        sa.select(Product.slug, SlugRedirect.slug, is_shown())
        .join(SlugRedirect, SlugRedirect.product_id == Product.id)
        .where(SlugRedirect.kind == RedirectKind.PRODUCT, SlugRedirect.slug.in_(slugs))
    )
    found: dict[str, tuple[str, bool]] = {}
    for slug, requested, shown in autocommit.rows(sa.union_all(now, once)):
        if requested == slug or requested not in found:
            found[requested] = (slug, shown)
    first = next((found[slug] for slug in slugs if slug in found), None)
    return first[0] if first and first[1] else None


def find_new_slug(kind: RedirectKind, slug: str) -> str | None:
    """Return the current slug of the product or category that once had ``slug``; one statement."""
    owner = Product if kind is RedirectKind.PRODUCT else Category
    link = SlugRedirect.product_id if kind is RedirectKind.PRODUCT else SlugRedirect.category_id
    query = (
        sa.select(owner.slug)
        .join(SlugRedirect, link == owner.id)
        .where(SlugRedirect.kind == kind, SlugRedirect.slug == slug)
    )
    found = autocommit.rows(query)
    return found[0][0] if found else None


def list_category_labels() -> list[tuple[CategoryId, str]]:
    """Return every category with its path from the root as text, in order. One statement."""
    rows = db.session.scalars(sa.select(Category).order_by(Category.position, Category.name)).all()
    return category_labels([(row.id, row.parent_id, row.name) for row in rows])


def list_products_by_reference(names: Sequence[str]) -> tuple[dict[ProductId, str], list[str]]:
    """Return the products with these SKUs or page slugs, and the references that no product has.

    Case is ignored. A product with variants has no SKU; its slug refers to it. One statement.
    """
    wanted = {name.casefold() for name in names}
    columns = (Product.sku, Product.slug)
    rows = db.session.execute(
        sa.select(Product.id, *columns).where(sa.or_(*(sa.func.lower(one).in_(wanted) for one in columns)))
    ).all()
    known = {name.casefold() for row in rows for name in row[1:] if name}
    found = {row.id: row.sku or row.slug for row in rows}
    return found, [name for name in names if name.casefold() not in known]


def list_product_names(product_ids: Collection[ProductId]) -> list[tuple[str, str]]:
    """Return SKU or slug and name of products, ordered by name. One statement."""
    called = sa.func.coalesce(Product.sku, Product.slug, "")
    rows = sa.select(called, Product.name).where(Product.id.in_(product_ids))
    return [(row[0], row[1]) for row in db.session.execute(rows.order_by(Product.name, called))]
