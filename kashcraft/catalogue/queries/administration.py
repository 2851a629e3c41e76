"""Reads of the catalogue for staff: everything, whether visitors see it or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol

import sqlalchemy as sa

from kashcraft.catalogue.models import Category, Product, ProductCategory
from kashcraft.catalogue.queries import is_shown
from kashcraft.catalogue.rules import category_labels
from kashcraft.catalogue.rules.category_input import CategoryInput, ListedCategory, StoredCategory
from kashcraft.core import autocommit
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import CategoryId


class _CategoryRow(Protocol):
    id: CategoryId
    parent_id: CategoryId | None
    name: str
    slug: str
    is_active: bool
    products: int


def get_category(category_id: CategoryId) -> StoredCategory:
    """Return a category as staff see it. Raises NotFound. One statement."""
    category = db.session.scalar(sa.select(Category).where(Category.id == category_id))
    if category is None:
        raise NotFound("not_found", category_id=str(category_id))
    return StoredCategory(category.id, is_active=category.is_active, data=get_category_input(category))


def get_category_input(category: Category) -> CategoryInput:
    """Return what a form shows of a category."""
    return CategoryInput(
        name=category.name,
        slug=category.slug,
        parent_id=category.parent_id,
        description=category.description,
        seo_title=category.seo_title or "",
        seo_description=category.seo_description or "",
    )


def list_categories() -> Sequence[ListedCategory]:
    """Return all categories as a tree that is read from top to bottom. One statement."""
    products = sa.select(sa.func.count()).where(ProductCategory.category_id == Category.id).scalar_subquery()
    columns = (Category.id, Category.parent_id, Category.name, Category.slug, Category.is_active)
    rows = db.session.execute(
        sa.select(*columns, products.label("products")).order_by(Category.position, Category.name)
    ).all()
    below: dict[CategoryId | None, list[_CategoryRow]] = defaultdict(list)
    for row in rows:
        below[row.parent_id].append(row)
    return list(_listed(below, None, 0, is_shown=True))


def list_category_choices(*, without: CategoryId | None = None) -> list[tuple[CategoryId, str]]:
    """Return every category with its path as text, without ``without`` and everything below it.

    One statement.
    """
    rows = db.session.execute(
        sa.select(Category.id, Category.parent_id, Category.name).order_by(Category.position, Category.name)
    ).all()
    nodes = [(row.id, row.parent_id, row.name) for row in rows if row.id != without]
    return category_labels(nodes)


def list_inside(category_id: CategoryId) -> Sequence[CategoryId]:
    """Return a category and all categories below it. One statement."""
    rows = db.session.execute(sa.select(Category.id, Category.parent_id)).all()
    found = [category_id]
    for one in found:
        found += [row.id for row in rows if row.parent_id == one]
    return found


def count_contents(category_id: CategoryId) -> tuple[int, int]:
    """Return how many products and subcategories are directly in a category. Two statements."""
    products = sa.select(sa.func.count()).where(ProductCategory.category_id == category_id)
    categories = sa.select(sa.func.count()).where(Category.parent_id == category_id)
    return db.session.scalar(products) or 0, db.session.scalar(categories) or 0


def _listed(
    below: dict[CategoryId | None, list[_CategoryRow]],
    parent_id: CategoryId | None,
    level: int,
    *,
    is_shown: bool,
) -> Iterator[ListedCategory]:
    siblings = below[parent_id]
    for row in siblings:
        yield ListedCategory(
            id=row.id,
            name=row.name,
            slug=row.slug,
            level=level,
            products=row.products,
            is_active=row.is_active,
            is_shown=is_shown and row.is_active,
            is_first=row is siblings[0],
            is_last=row is siblings[-1],
        )
        yield from _listed(below, row.id, level + 1, is_shown=is_shown and row.is_active)


def has_priced_products() -> bool:
    """Return whether there is any product, whatever its status. One statement."""
    return bool(autocommit.rows(sa.select(Product.id).limit(1)))


def has_shown_product() -> bool:
    """Return whether visitors can open any product. One statement."""
    return bool(autocommit.rows(sa.select(Product.id).where(is_shown()).limit(1)))
