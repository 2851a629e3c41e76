"""The facet index of this process: built when the catalogue or a price changes, read by every list."""

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
    Buyable,
    HasPrice,
    Index,
    IndexBuilder,
    Listed,
    next_boundary,
)

KEPT_INDEX: Cache[str, Index] = Cache("facet index", most=1)
# One thread builds the index, the others go on with the old one.
BUILDING = threading.Lock()
_serials = count(1)
# Rows are fetched in portions, so that building the index of a large catalogue does not swell the process.
_PORTION = 1000


def get_index(now: datetime) -> Index:
    """Return the index of the current catalogue version at ``now``.

    One statement when it is there; three more for the thread that builds it anew. Meanwhile the other
    threads go on with the old one, whose ``serial`` then stands in the keys of what they render.
    """
    current, known = get_version(), KEPT_INDEX.get("all")
    if known is not None and _holds(known, current, now):
        return known
    if not BUILDING.acquire(blocking=known is None):
        assert known is not None
        return known
    try:
        known = KEPT_INDEX.get("all")
        if known is None or not _holds(known, current, now):
            known = _build(current, now)
            KEPT_INDEX.put("all", known)
        return known
    finally:
        BUILDING.release()


def _holds(index: Index, current: int, now: datetime) -> bool:
    return index.version == current and (index.valid_until is None or now < index.valid_until)


def _build(current: int, now: datetime) -> Index:
    boundaries: list[datetime] = []
    builder = IndexBuilder(_pieces(now, boundaries))
    filters = (
        sa.select(ProductAttribute.kind, ProductAttribute.value, ProductAttribute.product_id)
        .join(Product, Product.id == ProductAttribute.product_id)
        .where(Product.status == Status.ACTIVE)
        # What choices say for themselves comes before what their page says of all of them.
        .order_by(Product.parent_id.is_(None))
    )
    for kind, value, product_id in _rows(filters):
        builder.answer(kind.value, value, product_id)
    shelves = get_tree()
    above = {shelf.id: [one.id for one in shelves.path_to(shelf)] for shelf in shelves.by_id.values()}
    for shelf_id, product_id in _rows(sa.select(ProductCategory.category_id, ProductCategory.product_id)):
        for one in above.get(shelf_id, ()):
            builder.shelve(one, product_id)
    for piece in builder.pieces:
        for least in RATINGS:
            if piece.rating_count and piece.rating_total >= least * piece.rating_count:
                builder.answer("rating", str(least), piece.id)
    return builder.build(current, next(_serials), min(boundaries, default=None))


def _pieces(now: datetime, boundaries: list[datetime]) -> Iterator[Listed]:
    """Yield every piece that is shown and has something to buy; add the next change of each price to
    ``boundaries``.
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
        # A page row comes before its choices: its own id is what they are grouped by.
        .order_by("page_id", Product.parent_id.is_not(None), Product.position)
    )
    page: _Row | None = None
    choices: list[Buyable] = []
    row: _Row
    for row in _rows(inventory.with_stock(query)):
        if row.kind is not Kind.VARIANT:
            yield from _listed(page, choices)
            page, choices = row, []
        if page is None or row.page_id != page.page_id or row.kind is Kind.PARENT:
            continue
        price = price_now(row.price, row.sale_price, row.sale_starts_at, row.sale_ends_at, now)
        choices.append(Buyable(row.id, price, row.free > 0))
        change = next_boundary((row.sale_starts_at, row.sale_ends_at), now)
        if row.sale_price is not None and change is not None:
            boundaries.append(change)
    yield from _listed(page, choices)


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


def _listed(page: _Row | None, choices: Sequence[Buyable]) -> Iterator[Listed]:
    if page is not None and choices:
        yield Listed(
            id=page.page_id,
            name=page.name,
            choices=tuple(choices),
            rating_count=page.rating_count,
            rating_total=page.rating_total,
            sold_count=page.sold_count,
            published_at=page.published_at,
        )


def _rows(query: sa.Executable) -> Iterable[Any]:
    return db.session.execute(query, execution_options={"yield_per": _PORTION})
