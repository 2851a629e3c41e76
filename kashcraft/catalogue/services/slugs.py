"""Slugs: each is unique, and an old one redirects to the new address."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from kashcraft.catalogue.models import Category, Product, RedirectKind, SlugRedirect
from kashcraft.catalogue.rules import slug_from
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId

LONGEST, LONGEST_CATEGORY = 160, 120
_OWNERS: dict[RedirectKind, type[Product] | type[Category]] = {
    RedirectKind.PRODUCT: Product,
    RedirectKind.CATEGORY: Category,
}


def claim_slug(kind: RedirectKind, wanted: str | None, name: str, *, owner_id: UUID | None = None) -> str:
    """Return the slug of a new or renamed product or category, and delete a redirect from it.

    A wanted slug is used as it is or refused with DomainError('slug_taken'). One made from the name gets a
    number if it is taken. Raises DomainError('slug_empty') if no letter or digit remains.
    """
    limit = LONGEST_CATEGORY if kind is RedirectKind.CATEGORY else LONGEST
    slug = slug_from(wanted or name, limit)
    number, base = 1, slug
    while _taken(kind, slug, owner_id):
        if wanted:
            raise DomainError("slug_taken", field="slug", slug=slug)
        number += 1
        slug = f"{base[: limit - len(str(number)) - 1]}-{number}"
    old = (SlugRedirect.kind == kind, SlugRedirect.slug == slug)
    if db.session.scalar(sa.select(SlugRedirect.slug).where(*old)) is not None:
        db.session.execute(sa.delete(SlugRedirect).where(*old))
    return slug


def add_redirect(kind: RedirectKind, old: str, owner_id: UUID) -> None:
    """Redirect the slug ``old`` to the product or category that has just been given another one."""
    target = {"product_id": owner_id} if kind is RedirectKind.PRODUCT else {"category_id": owner_id}
    db.session.add(SlugRedirect(kind=kind, slug=old, **target))


def add_handle_redirect(*, product_id: ProductId, handle: str) -> None:
    """Redirect the address of a product in another shop to the product; longer ones are ignored."""
    if len(handle) <= LONGEST:
        old = sa.delete(SlugRedirect).where(
            SlugRedirect.kind == RedirectKind.PRODUCT, SlugRedirect.slug == handle
        )
        db.session.execute(old)
        add_redirect(RedirectKind.PRODUCT, handle, product_id)


def _taken(kind: RedirectKind, slug: str, owner_id: UUID | None) -> bool:
    owner = _OWNERS[kind]
    query = sa.select(owner.id).where(owner.slug == slug)
    if owner_id is not None:
        query = query.where(owner.id != owner_id)
    return db.session.scalar(query) is not None
