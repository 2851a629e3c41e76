"""Categories: creation, names, addresses and their tree."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kashcraft.catalogue.models import Category, ChangeScope, RedirectKind
from kashcraft.catalogue.rules import StoredPicture, pack_picture
from kashcraft.catalogue.services.slugs import add_redirect, claim_slug
from kashcraft.catalogue.services.version import touch
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import CategoryId, new_id


def create_category(
    *,
    name: str,
    slug: str | None = None,
    parent_id: CategoryId | None = None,
    description: str = "",
    image: StoredPicture | None = None,
    position: int = 0,
    is_active: bool = True,
    seo_title: str | None = None,
    seo_description: str | None = None,
) -> Category:
    """Create a category and return it. Raises DomainError: slug_taken, slug_empty, not_found (the parent)."""
    if parent_id is not None:
        load_category(parent_id)
    category = Category(
        id=new_id(),
        name=name,
        slug=claim_slug(RedirectKind.CATEGORY, slug, name),
        parent_id=parent_id,
        description=description,
        image=pack_picture(image) if image else None,
        position=position,
        is_active=is_active,
        seo_title=seo_title,
        seo_description=seo_description,
    )
    db.session.add(category)
    touch(scope=ChangeScope.CATEGORIES)
    return category


def update_category(*, category_id: CategoryId, **values: Any) -> list[str]:
    """Change attributes of a category and return the names of those that differed.

    The attributes are description, position, is_active, seo_title, seo_description and image. Raises
    NotFound, and TypeError for other names.
    """
    allowed = {"description", "position", "is_active", "seo_title", "seo_description", "image"}
    if values.keys() - allowed:
        raise TypeError(f"not to be changed here: {', '.join(sorted(values.keys() - allowed))}")
    category = load_category(category_id)
    if isinstance(values.get("image"), StoredPicture):
        values["image"] = pack_picture(values["image"])
    changed = [name for name, value in values.items() if getattr(category, name) != value]
    for name in changed:
        setattr(category, name, values[name])
    if changed:
        touch(scope=ChangeScope.CATEGORIES)
    return changed


def rename_category(*, category_id: CategoryId, name: str, slug: str | None = None) -> Category:
    """Change the name of a category and, with ``slug``, its address; the old address redirects to it.

    Raises NotFound and DomainError('slug_taken').
    """
    category = load_category(category_id)
    category.name = name
    if slug and slug != category.slug:
        old = category.slug
        category.slug = claim_slug(RedirectKind.CATEGORY, slug, name, owner_id=category_id)
        add_redirect(RedirectKind.CATEGORY, old, category_id)
    touch(scope=ChangeScope.CATEGORIES)
    return category


def move_category(
    *, category_id: CategoryId, parent_id: CategoryId | None, position: int | None = None
) -> Category:
    """Move a category below another one, or to the root. Raises NotFound and
    DomainError('category_inside_itself').
    """
    category = load_category(category_id)
    above = parent_id
    while above is not None:
        if above == category_id:
            raise DomainError("category_inside_itself", field="parent_id")
        above = load_category(above).parent_id
    category.parent_id = parent_id
    if position is not None:
        category.position = position
    touch(scope=ChangeScope.CATEGORIES)
    return category


def load_category(category_id: CategoryId) -> Category:
    """Return a category. Raises NotFound."""
    category = db.session.scalar(sa.select(Category).where(Category.id == category_id))
    if category is None:
        raise NotFound("not_found", category_id=str(category_id))
    return category
