"""Addresses: each is taken once, and an old one leads on to where its owner has moved."""

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
    """Return the slug that a new or renamed thing gets, and forget an old address of that slug.

    A wanted slug is taken as it is or refused with DomainError('slug_taken'); one made from the name gets a
    number where others have it already. Raises DomainError('slug_empty') when no letter is left of it.
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
    """Have ``old`` lead to the thing that has just been given another slug."""
    target = {"product_id": owner_id} if kind is RedirectKind.PRODUCT else {"category_id": owner_id}
    db.session.add(SlugRedirect(kind=kind, slug=old, **target))


def add_handle_redirect(*, product_id: ProductId, handle: str) -> None:
    """Have the address that a product had in another shop lead to it here, too; too long ones do not."""
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
