"""The facet index of this process, rebuilt when the catalogue or a price changes and read by every list."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import count
from typing import Any, Protocol

import sqlalchemy as sa

from kashcraft.catalogue.models import Kind, Product, ProductAttribute, ProductCategory, Status
from kashcraft.catalogue.queries import get_tree, get_version
from kashcraft.catalogue.rules import price_now
from kashcraft.core.caches import Cache
from kashcraft.core.db import db
from kashcraft.core.ids import ProductId
from kashcraft.inventory import queries as inventory
from kashcraft.product_cards.rules import (
    RATINGS,
    HasPrice,
    Index,
    IndexBuilder,
    IndexedProduct,
    IndexedVariant,
    next_boundary,
)

INDEX_CACHE: Cache[str, Index] = Cache("facet index", most=1)
# One thread rebuilds the index while the others use the old one.
BUILDING = threading.Lock()
_serials = count(1)
# Rows are fetched in portions to limit the memory of a rebuild.
_PORTION = 1000


def get_index(now: datetime) -> Index:
    """Return the index of the current catalogue version at ``now``.

    One statement while it is current; three more for the thread that rebuilds it. Other threads use the old
    index in the meantime; its ``serial`` is part of the keys of what they render.
    """
    current, known = get_version(), INDEX_CACHE.get("all")
    if known is not None and _holds(known, current, now):
        return known
    if not BUILDING.acquire(blocking=known is None):
        assert known is not None
        return known
    try:
        known = INDEX_CACHE.get("all")
        if known is None or not _holds(known, current, now):
            known = _build(current, now)
            INDEX_CACHE.put("all", known)
        return known
    finally:
        BUILDING.release()


def _holds(index: Index, current: int, now: datetime) -> bool:
    return index.version == current and (index.valid_until is None or now < index.valid_until)


def _build(current: int, now: datetime) -> Index:
    boundaries: list[datetime] = []
    builder = IndexBuilder(_indexed_products(now, boundaries))
    filters = (
        sa.select(ProductAttribute.kind, ProductAttribute.value, ProductAttribute.product_id)
        .join(Product, Product.id == ProductAttribute.product_id)
        .where(Product.status == Status.ACTIVE)
        # The builder needs the values of variants before those of their page.
        .order_by(Product.parent_id.is_(None))
    )
    for kind, value, product_id in _rows(filters):
        builder.add_value(kind.value, value, product_id)
    categories = get_tree()
    above = {
        category.id: [one.id for one in categories.path_to(category)]
        for category in categories.by_id.values()
    }
    for category_id, product_id in _rows(sa.select(ProductCategory.category_id, ProductCategory.product_id)):
        for one in above.get(category_id, ()):
            builder.add_to_category(one, product_id)
    for product in builder.products:
        for least in RATINGS:
            if product.rating_count and product.rating_total >= least * product.rating_count:
                builder.add_value("rating", str(least), product.id)
    return builder.build(current, next(_serials), min(boundaries, default=None))


def _indexed_products(now: datetime, boundaries: list[datetime]) -> Iterator[IndexedProduct]:
    """Yield every product that is shown and can be bought, and append to ``boundaries`` when their prices
    change next.
    """
    query = (
        sa.select(
            sa.func.coalesce(Product.parent_id, Product.id).label("page_id"),
            Product.id,
            Product.kind,
            Product.name,
            Product.price,
            Product.sale_price,
            Product.sale_starts_at,
            Product.sale_ends_at,
            Product.rating_count,
            Product.rating_total,
            Product.sold_count,
            Product.published_at,
            inventory.free_of_product().label("free"),
        )
        .where(Product.status == Status.ACTIVE)
        # The loop below groups rows: a page has to come before its variants.
        .order_by("page_id", Product.parent_id.is_not(None), Product.position)
    )
    page: _Row | None = None
    variants: list[IndexedVariant] = []
    row: _Row
    for row in _rows(inventory.with_stock(query)):
        if row.kind is not Kind.VARIANT:
            yield from _indexed_product(page, variants)
            page, variants = row, []
        if page is None or row.page_id != page.page_id or row.kind is Kind.PARENT:
            continue
        price = price_now(row.price, row.sale_price, row.sale_starts_at, row.sale_ends_at, now)
        variants.append(IndexedVariant(row.id, price, row.free > 0))
        change = next_boundary((row.sale_starts_at, row.sale_ends_at), now)
        if row.sale_price is not None and change is not None:
            boundaries.append(change)
    yield from _indexed_product(page, variants)


class _Row(HasPrice, Protocol):
    page_id: ProductId
    id: ProductId
    kind: Kind
    name: str
    rating_count: int
    rating_total: int
    sold_count: int
    published_at: datetime | None
    free: int


def _indexed_product(page: _Row | None, variants: Sequence[IndexedVariant]) -> Iterator[IndexedProduct]:
    if page is not None and variants:
        yield IndexedProduct(
            id=page.page_id,
            name=page.name,
            variants=tuple(variants),
            rating_count=page.rating_count,
            rating_total=page.rating_total,
            sold_count=page.sold_count,
            published_at=page.published_at,
        )


def _rows(query: sa.Executable) -> Iterable[Any]:
    return db.session.execute(query, execution_options={"yield_per": _PORTION})
