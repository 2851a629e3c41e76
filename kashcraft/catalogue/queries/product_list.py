"""The list of products for staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.catalogue.models import AttributeKind, Kind, Product, ProductCategory, ProductImage, Status
from kashcraft.catalogue.queries.products import get_attributes
from kashcraft.catalogue.rules import StoredPicture, options_text
from kashcraft.catalogue.rules.product_list import ListedProduct, PageRow, ProductSearch, SoldRow
from kashcraft.core.db import db
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.text_folding import fold, search_key

_SOLD = aliased(Product)
_OF_PAGE = sa.or_(_SOLD.id == Product.id, _SOLD.parent_id == Product.id)
_IS_PAGE = Product.parent_id.is_(None)


def search_products(
    search: ProductSearch, *, units: sa.ColumnElement[int], now: datetime, page: int, size: int
) -> tuple[Sequence[ListedProduct], int]:
    """Return one page of the products of a search, and the number of all.

    ``units`` is a column with the units of a page that can be bought. Four statements.
    """
    wanted = _conditions(search, units, now)
    total = db.session.scalar(sa.select(sa.func.count(Product.id)).where(*wanted)) or 0
    key = _sort_key(search.sort)
    order = key.desc() if search.descending else key
    found = (
        sa.select(Product, units.label("units"))
        .where(*wanted)
        .order_by(order, Product.name_key, Product.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    rows = db.session.execute(found).all()
    ids = [row.Product.id for row in rows]
    sold, pictures = _sold_rows(ids), _pictures(ids)
    return [
        _listed(row.Product, row.units, sold[row.Product.id], pictures.get(row.Product.id), now)
        for row in rows
    ], total


def list_pages(page_ids: Sequence[ProductId]) -> Sequence[PageRow]:
    """Return product pages with status and tags, by name. Two statements."""
    rows = db.session.execute(
        sa.select(Product.id, Product.name, Product.status)
        .where(_IS_PAGE, Product.id.in_(page_ids))
        .order_by(Product.name_key, Product.id)
    ).all()
    tags = get_attributes([row.id for row in rows])
    return [
        PageRow(id=row.id, name=row.name, status=row.status, tags=tags[row.id].get(AttributeKind.TAG, ()))
        for row in rows
    ]


def list_sold_rows(page_ids: Sequence[ProductId]) -> Sequence[SoldRow]:
    """Return what can be bought of product pages, by name and place; archived variants are left out.

    Two statements.
    """
    names = {one.id: one for one in list_pages(page_ids)}
    found = _sold_rows(list(names))
    return [
        SoldRow(
            id=row.id,
            page_id=page_id,
            name=page.name,
            options=options_text(row.option_values or {}),
            sku=row.sku or "",
            price=Money(row.price or 0, row.currency),
            sale_price=Money(row.sale_price, row.currency) if row.sale_price is not None else None,
        )
        for page_id, page in names.items()
        for row in found.get(page_id, ())
        if row.status is not Status.ARCHIVED or page.status is Status.ARCHIVED
    ]


def count_by_status() -> Mapping[Status, int]:
    """Return the number of products of each status. One statement."""
    counted = sa.select(Product.status, sa.func.count()).where(_IS_PAGE).group_by(Product.status)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _conditions(
    search: ProductSearch, units: sa.ColumnElement[int], now: datetime
) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = [_IS_PAGE]
    if search.status is not None:
        wanted.append(Product.status == search.status)
    if search.category_ids:
        inside = sa.select(ProductCategory.product_id).where(
            ProductCategory.category_id.in_(search.category_ids)
        )
        wanted.append(Product.id.in_(inside))
    if search.is_on_sale:
        wanted.append(sa.select(_SOLD.id).where(_OF_PAGE, *_on_sale(now)).exists())
    if search.is_sold_out:
        wanted.append(units <= 0)
    return wanted + [_contains(word) for word in fold(search.words).split()]


def _on_sale(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _SOLD.sale_price.is_not(None),
        sa.or_(_SOLD.sale_starts_at.is_(None), _SOLD.sale_starts_at <= now),
        sa.or_(_SOLD.sale_ends_at.is_(None), _SOLD.sale_ends_at > now),
        _SOLD.status != Status.ARCHIVED,
    )


def _contains(word: str) -> sa.ColumnElement[bool]:
    in_sku = sa.func.lower(_SOLD.sku).contains(word, autoescape=True)
    of_sku = sa.select(_SOLD.id).where(_OF_PAGE, in_sku).exists()
    key = search_key(word)
    return sa.or_(of_sku, Product.name_key.contains(key, autoescape=True)) if key else of_sku


def _sort_key(name: str) -> sa.ColumnElement[object]:
    keys: Mapping[str, sa.ColumnElement[object]] = {
        "name": sa.cast(Product.name_key, sa.Text),
        "price": sa.select(sa.func.min(_SOLD.price)).where(_OF_PAGE).correlate(Product).scalar_subquery(),
        "added": sa.type_coerce(Product.created_at, sa.DateTime()),
    }
    return keys[name]


def _sold_rows(page_ids: Sequence[ProductId]) -> Mapping[ProductId, Sequence[Product]]:
    found: dict[ProductId, list[Product]] = defaultdict(list)
    own = sa.select(Product).where(
        sa.or_(Product.id.in_(page_ids), Product.parent_id.in_(page_ids)), Product.kind != Kind.PARENT
    )
    for row in db.session.scalars(own.order_by(Product.position, Product.id)):
        found[row.page_id].append(row)
    return found


def _pictures(page_ids: Sequence[ProductId]) -> Mapping[ProductId, StoredPicture]:
    first = sa.select(ProductImage).where(ProductImage.product_id.in_(page_ids))
    found: dict[ProductId, StoredPicture] = {}
    for row in db.session.scalars(first.order_by(ProductImage.position.desc(), ProductImage.id.desc())):
        widths = tuple(map(int, row.widths.split()))
        found[row.product_id] = StoredPicture(row.stem, row.width, row.height, widths)
    return found


def _listed(
    page: Product, units: int, sold: Sequence[Product], picture: StoredPicture | None, now: datetime
) -> ListedProduct:
    current = [row for row in sold if row.status is not Status.ARCHIVED or page.status is Status.ARCHIVED]
    prices = [row.price_at(now) for row in current]
    return ListedProduct(
        id=page.id,
        name=page.name,
        slug=page.slug or "",
        skus=tuple(row.sku or "" for row in current),
        status=page.status,
        publish_at=page.publish_at,
        currency=page.currency,
        low=min(prices, default=None),
        high=max(prices, default=None),
        is_on_sale=any(price != row.price for price, row in zip(prices, current, strict=True)),
        units=units,
        variants=len(current) if page.kind is Kind.PARENT else 0,
        picture=picture,
    )
