"""Changes of categories by staff, each with an entry of the audit trail."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kashcraft.catalogue.models import Category, ChangeScope
from kashcraft.catalogue.queries.administration import count_contents, get_category_input
from kashcraft.catalogue.rules import slug_from
from kashcraft.catalogue.rules.category_input import CategoryInput
from kashcraft.catalogue.services.categories import (
    create_category,
    load_category,
    move_category,
    rename_category,
    update_category,
)
from kashcraft.catalogue.services.slugs import LONGEST_CATEGORY
from kashcraft.catalogue.services.version import touch
from kashcraft.core import audit_trail
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import CategoryId


def add_category(*, data: CategoryInput) -> Category:
    """Create a category as the last of its siblings and return it.

    Raises NotFound (the parent), and DomainError: slug_taken, slug_empty.
    """
    _lock_tree()
    siblings = _siblings(data.parent_id)
    category = create_category(
        name=data.name,
        slug=data.slug or None,
        parent_id=data.parent_id,
        description=data.description,
        position=max((one.position for one in siblings), default=-1) + 1,
        seo_title=data.seo_title or None,
        seo_description=data.seo_description or None,
    )
    after = get_category_input(category).values()
    audit_trail.record("category", action="created", subject_id=category.id, title=category.name, after=after)
    return category


def edit_category(*, category_id: CategoryId, data: CategoryInput, seen: str) -> bool:
    """Give a category the values of ``data`` and return whether any differed; an old slug redirects.

    ``seen`` is the version of the values that the form was opened with. Raises NotFound, and DomainError:
    category_changed_since (they have changed), slug_taken, slug_empty, category_inside_itself.
    """
    _lock_tree()
    category = load_category(category_id)
    stored = get_category_input(category)
    if stored.version != seen:
        raise DomainError("category_changed_since")
    data = replace(data, slug=slug_from(data.slug, LONGEST_CATEGORY) if data.slug else stored.slug)
    if data == stored:
        return False
    if data.parent_id != stored.parent_id:
        last = max((one.position for one in _siblings(data.parent_id)), default=-1)
        move_category(category_id=category_id, parent_id=data.parent_id, position=last + 1)
    rename_category(category_id=category_id, name=data.name, slug=data.slug)
    update_category(
        category_id=category_id,
        description=data.description,
        seo_title=data.seo_title or None,
        seo_description=data.seo_description or None,
    )
    before, after = audit_trail.differences(stored.values(), data.values())
    audit_trail.record(
        "category",
        action="changed",
        subject_id=category_id,
        title=stored.name,
        before=before,
        after=after,
    )
    return True


def switch_category(*, category_id: CategoryId, is_active: bool) -> bool:
    """Show a category to visitors, or hide it with everything below it; return whether that has changed.

    Raises NotFound.
    """
    _lock_tree()
    name = load_category(category_id).name
    if not update_category(category_id=category_id, is_active=is_active):
        return False
    audit_trail.record(
        "category",
        action="shown" if is_active else "hidden",
        subject_id=category_id,
        title=name,
        before={"is_active": not is_active},
        after={"is_active": is_active},
    )
    return True


def shift_category(*, category_id: CategoryId, later: bool) -> bool:
    """Let a category change places with the sibling before or after it; return whether there is one.

    Raises NotFound.
    """
    _lock_tree()
    category = load_category(category_id)
    siblings = _siblings(category.parent_id)
    place = siblings.index(category)
    target = place + 1 if later else place - 1
    if not 0 <= target < len(siblings):
        return False
    siblings[place], siblings[target] = siblings[target], siblings[place]
    for position, sibling in enumerate(siblings):
        sibling.position = position
    touch(scope=ChangeScope.CATEGORIES)
    audit_trail.record(
        "category",
        action="reordered",
        subject_id=category_id,
        title=category.name,
        before={"place": place + 1},
        after={"place": target + 1},
    )
    return True


def delete_category(*, category_id: CategoryId) -> None:
    """Delete an empty category; its address is not found from then on.

    Raises NotFound, and DomainError: category_not_empty (with the numbers ``products`` and ``categories``)
    and category_in_use (a voucher names it).
    """
    _lock_tree()
    category = load_category(category_id)
    products, categories = count_contents(category_id)
    if products or categories:
        raise DomainError("category_not_empty", products=products, categories=categories)
    before, name = get_category_input(category).values(), category.name
    try:
        with db.session.begin_nested():
            db.session.execute(sa.delete(Category).where(Category.id == category_id))
    except IntegrityError:
        raise DomainError("category_in_use") from None
    touch(scope=ChangeScope.CATEGORIES)
    audit_trail.record("category", action="deleted", subject_id=category_id, title=name, before=before)


def _lock_tree() -> None:
    """Let concurrent changes of the tree wait, so that no two of them together make a loop."""
    db.session.execute(sa.select(Category.id).order_by(Category.id).with_for_update())


def _siblings(parent_id: CategoryId | None) -> list[Category]:
    own = Category.parent_id == parent_id if parent_id else Category.parent_id.is_(None)
    ordered = sa.select(Category).where(own).order_by(Category.position, Category.name)
    return list(db.session.scalars(ordered))
