"""Archiving and restoring products; each undoes exactly what the other did."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.catalogue.models import Kind, Product, Status
from kashcraft.catalogue.queries import archived_with, variants_of
from kashcraft.catalogue.services.products import load_product
from kashcraft.catalogue.services.version import touch
from kashcraft.core import clock
from kashcraft.core.bus import publish
from kashcraft.core.db import db
from kashcraft.core.ids import ProductId
from kashcraft.events.catalogue import ProductArchived


def archive_product(*, product_id: ProductId) -> Product:
    """Archive a product or a variant and return it; a product takes its variants along.

    Archiving it again changes nothing. A variant of an archived product that is archived on its own is not
    restored with the product. Raises NotFound.
    """
    product = load_product(product_id)
    parent = load_product(product.parent_id) if product.parent_id else None
    if archive_variant(product, parent) if parent else archive_page(product):
        touch(product_ids=[product.id])
    return product


def archive_page(page: Product) -> bool:
    """Archive a page and its variants at the same time; return whether anything has changed."""
    rows: list[Product] = [page] if page.status is not Status.ARCHIVED else []
    if page.kind is Kind.PARENT:
        rows += db.session.scalars(sa.select(Product).where(variants_of(page), ~archived_with(page)))
    moment = page.archived_at if page.status is Status.ARCHIVED and page.archived_at else clock.now()
    page.archived_at = moment
    for row in rows:
        _archive(row, page)
    return bool(rows)


def restore_page(page: Product, status: Status) -> None:
    """Restore an archived page with the status ``status``, and those variants that were archived with it."""
    together = db.session.scalars(sa.select(Product).where(archived_with(page))).all()
    for variant in together:
        variant.status, variant.archived_at = Status.ACTIVE, None
    page.status, page.archived_at = status, None


def archive_variant(variant: Product, parent: Product) -> bool:
    """Archive a variant on its own, independent of its product; return whether anything has changed."""
    alone = variant.status is Status.ARCHIVED and not variant.was_archived_with(parent)
    if alone:
        return False
    variant.status, variant.archived_at = Status.ARCHIVED, clock.now()
    publish(ProductArchived(variant.id))
    return True


def _archive(row: Product, page: Product) -> None:
    row.status, row.archived_at, row.publish_at = Status.ARCHIVED, page.archived_at, None
    publish(ProductArchived(row.id))
