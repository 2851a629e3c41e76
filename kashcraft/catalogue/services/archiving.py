"""Taking products out of the shop and bringing them back: each undoes exactly what the other did."""

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
    """Take a product, a choice, or a family with all the choices it has out of the shop; return it. Again is
    harmless.

    A choice of an archived family that is archived by itself no longer comes back with its family. Raises
    NotFound.
    """
    product = load_product(product_id)
    family = load_product(product.parent_id) if product.parent_id else None
    if archive_variant(product, family) if family else archive_page(product):
        touch()
    return product


def archive_page(page: Product) -> bool:
    """Archive a page with the choices it has, all at one moment; return whether anything has changed."""
    rows: list[Product] = [page] if page.status is not Status.ARCHIVED else []
    if page.kind is Kind.PARENT:
        rows += db.session.scalars(sa.select(Product).where(variants_of(page), ~archived_with(page)))
    moment = page.archived_at if page.status is Status.ARCHIVED and page.archived_at else clock.now()
    page.archived_at = moment
    for row in rows:
        _archive(row, page)
    return bool(rows)


def restore_page(page: Product, status: Status) -> None:
    """Bring an archived page back as ``status``, with those choices that were archived together with it."""
    together = db.session.scalars(sa.select(Product).where(archived_with(page))).all()
    for choice in together:
        choice.status, choice.archived_at = Status.ACTIVE, None
    page.status, page.archived_at = status, None


def archive_variant(choice: Product, family: Product) -> bool:
    """Archive a choice by itself, whatever becomes of its family; return whether anything has changed."""
    alone = choice.status is Status.ARCHIVED and not choice.was_archived_with(family)
    if alone:
        return False
    choice.status, choice.archived_at = Status.ARCHIVED, clock.now()
    publish(ProductArchived(choice.id))
    return True


def _archive(row: Product, page: Product) -> None:
    row.status, row.archived_at = Status.ARCHIVED, page.archived_at
    publish(ProductArchived(row.id))
