"""The products of the facet index, read with three statements: all of them, or some.

The statements read columns as the drivers return them, and are merged by the id of the page, because the
conversion of every value and a dictionary of all products cost more than the rest of the index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Generic, Protocol, TypeVar, cast
from uuid import UUID

import sqlalchemy as sa

from kashcraft.catalogue.models import AttributeKind, Kind, Product, ProductAttribute, ProductCategory, Status
from kashcraft.catalogue.rules import price_now
from kashcraft.core import autocommit
from kashcraft.core.db import db
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.inventory import queries as inventory
from kashcraft.product_cards.rules import (
    RATINGS,
    HasPrice,
    IndexedProduct,
    IndexedValue,
    IndexedVariant,
    next_boundary,
)
from kashcraft.product_cards.rules.index import OF_PAGE

# Rows are fetched in portions to limit the memory.
_PORTION = 1000
_PAGE_ID = sa.func.coalesce(Product.parent_id, Product.id)
# Lists have no filter for tags.
_KINDS = [kind for kind in AttributeKind if kind is not AttributeKind.TAG]
# For some products it is no condition of the statement: planners would read all active products for it.
# Text on SQLite, an id on PostgreSQL; each is compared with its own kind.
_RawId = Any
_Statements = tuple[sa.Select[*tuple[_RawId, ...]], ...]
_Value = tuple[_RawId, _RawId, str, str]
_Category = tuple[_RawId, _RawId]
R = TypeVar("R", _Value, _Category)
T = TypeVar("T")
_ACTIVE = Product.status == Status.ACTIVE


def get_all_products(now: datetime) -> Iterator[IndexedProduct]:
    """Yield every product that is shown and can be bought, at ``now``. Three statements."""
    options = {"yield_per": _PORTION}
    products, values, categories = _statements()
    rows = db.session.execute(products.where(_ACTIVE), execution_options=options)
    valued = db.session.execute(values.where(_ACTIVE), execution_options=options)
    sorted_in = db.session.execute(categories, execution_options=options)
    return _products(rows, valued, sorted_in, now)


def get_some_products(product_ids: Collection[ProductId], now: datetime) -> Iterator[IndexedProduct]:
    """Yield those of some product pages that are shown and can be bought, at ``now``. Three statements."""
    ids = {"ids": list(product_ids)}
    statements = _some(arrays=autocommit.is_postgres())
    rows, values, categories = (autocommit.rows(one, ids) for one in statements)
    return _products(rows, values, categories, now)


def _raw(column: sa.SQLColumnExpression[T]) -> sa.ColumnElement[T]:
    return sa.type_coerce(column, cast("sa.types.TypeEngine[T]", sa.types.NullType()))


@cache
def _statements() -> _Statements:
    """Return the statements for rows of products, filter values and categories, in the order of the pages."""
    products = sa.select(
        _raw(_PAGE_ID).label("page_id"),
        _raw(Product.id).label("id"),
        _raw(Product.kind).label("kind"),
        _raw(Product.status).label("status"),
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
    values = sa.select(
        _raw(_PAGE_ID), _raw(ProductAttribute.product_id), _raw(ProductAttribute.kind), ProductAttribute.value
    ).join(Product, Product.id == ProductAttribute.product_id)
    return (
        # A page comes before its variants.
        inventory.with_stock(products).order_by(_PAGE_ID, Product.parent_id.is_not(None), Product.position),
        values.where(ProductAttribute.kind.in_(_KINDS)).order_by(_PAGE_ID),
        sa.select(_raw(ProductCategory.product_id), _raw(ProductCategory.category_id)).order_by(
            ProductCategory.product_id
        ),
    )


@cache
def _some(*, arrays: bool) -> _Statements:
    products, values, categories = _statements()
    of_page = sa.or_(
        autocommit.among(Product.id, arrays=arrays), autocommit.among(Product.parent_id, arrays=arrays)
    )
    return (
        products.where(of_page),
        values.where(of_page),
        categories.where(autocommit.among(ProductCategory.product_id, arrays=arrays)),
    )


class _Row(HasPrice, Protocol):
    page_id: _RawId
    id: _RawId
    kind: str
    status: str
    name: str
    rating_count: int
    rating_total: int
    sold_count: int
    published_at: datetime | None
    free: int


class _Groups(Generic[R]):
    """Rows in the order of their first column, read group by group."""

    def __init__(self, rows: Iterable[R]) -> None:
        self._rows: Iterator[R] = iter(rows)
        self._next: R | None = next(self._rows, None)

    def take(self, key: _RawId) -> list[R]:
        """Return the rows of ``key``; those of earlier keys are skipped."""
        found = []
        while self._next is not None and self._next[0] <= key:
            if self._next[0] == key:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found


def _products(
    rows: Iterable[_Row], values: Iterable[_Value], categories: Iterable[_Category], now: datetime
) -> Iterator[IndexedProduct]:
    values_of, categories_of, known, active = (
        _Groups(values),
        _Groups(categories),
        _Known(),
        Status.ACTIVE.value,
    )
    group: list[_Row] = []
    for row in rows:
        if row.status != active:
            continue
        if group and row.page_id != group[0].page_id:
            yield from _product(group, values_of, categories_of, known, now)
            group = []
        group.append(row)
    if group:
        yield from _product(group, values_of, categories_of, known, now)


class _Known:
    """Filter values and ids of categories that were read before, so that equal ones are one object."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str, int], IndexedValue] = {}
        self._categories: dict[_RawId, CategoryId] = {}

    def value(self, kind: str, value: str, variant: int = OF_PAGE) -> IndexedValue:
        found = self._values.get((kind, value, variant))
        if found is None:
            found = self._values[kind, value, variant] = IndexedValue(kind, value, variant)
        return found

    def category(self, raw: _RawId) -> CategoryId:
        found = self._categories.get(raw)
        if found is None:
            found = self._categories[raw] = CategoryId(_id(raw))
        return found


def _product(
    group: list[_Row],
    values_of: _Groups[_Value],
    categories_of: _Groups[_Category],
    known: _Known,
    now: datetime,
) -> Iterator[IndexedProduct]:
    """Yield the product of the rows of a page and its variants, unless it is not shown or has no variant."""
    page, rows = group[0], group
    page_id = page.page_id
    if page.kind == Kind.VARIANT.value:
        return
    if page.kind == Kind.PARENT.value:
        rows = group[1:]
    if not rows:
        return
    variants, changes_at = _variants(rows, now)
    places = {row.id: place for place, row in enumerate(rows)} if rows is not group else {}
    places[page_id] = OF_PAGE
    values = [
        known.value(kind, value, places[row_id])
        for _, row_id, kind, value in values_of.take(page_id)
        if row_id in places  # not of a variant that is no longer sold
    ]
    values += _ratings(page, known)
    values.sort()
    yield IndexedProduct(
        _id(page_id),
        page.name,
        variants,
        page.rating_count,
        page.rating_total,
        page.sold_count,
        page.published_at,
        tuple(values),
        tuple(known.category(row[1]) for row in categories_of.take(page_id)),
        changes_at,
    )


def _ratings(page: _Row, known: _Known) -> list[IndexedValue]:
    """Return the values of the facet "rating" that the average of a page reaches."""
    count = page.rating_count
    return [
        known.value("rating", str(least)) for least in RATINGS if count and page.rating_total >= least * count
    ]


def _variants(rows: Sequence[_Row], now: datetime) -> tuple[list[IndexedVariant], datetime | None]:
    """Return the variants of some rows, and when a price of them changes next."""
    variants, boundaries = [], []
    for row in rows:
        price = row.price
        if row.sale_price is not None:
            price = price_now(price, row.sale_price, row.sale_starts_at, row.sale_ends_at, now)
            change = next_boundary((row.sale_starts_at, row.sale_ends_at), now)
            if change is not None:
                boundaries.append(change)
        variants.append(IndexedVariant(_id(row.id), price, row.free > 0))
    return variants, min(boundaries, default=None)


def _id(value: _RawId) -> ProductId:
    """Return the id that SQLite stores as text."""
    return ProductId(UUID(value)) if isinstance(value, str) else ProductId(value)
