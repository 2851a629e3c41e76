"""The products of the shop in portions, for a feed of other programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from kashcraft.catalogue.models import (
    AttributeKind,
    Kind,
    Product,
    ProductCategory,
    ProductImage,
    ProductImageVariant,
    Status,
)
from kashcraft.catalogue.queries import is_shown
from kashcraft.catalogue.queries.products import get_attributes
from kashcraft.catalogue.rules.feed import FeedProduct
from kashcraft.core.db import db, end_reading
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.money import Money

PORTION = 200


def list_feed_portions() -> Iterator[Sequence[FeedProduct]]:
    """Yield what can be bought in the shop, 200 pages at a time, without gift cards.

    Variants of a page follow each other. Six statements for each portion, and no transaction between
    portions. Not for use inside a step.
    """
    last: ProductId | None = None
    while True:
        pages = sa.select(Product).where(is_shown(), Product.is_gift_card.is_(False))
        if last is not None:
            pages = pages.where(Product.id > last)
        found = db.session.scalars(pages.order_by(Product.id).limit(PORTION)).all()
        if not found:
            return
        last = found[-1].id
        portion = _portion(found)
        end_reading()
        yield portion


def _portion(pages: Sequence[Product]) -> list[FeedProduct]:
    ids = [page.id for page in pages]
    sold = _variants(ids)
    filters = get_attributes([*ids, *(row.id for rows in sold.values() for row in rows)])
    categories, pictures = _categories(ids), _pictures(ids)
    return [
        _product(
            page, row, categories.get(page.id), pictures[page.id], {**filters[page.id], **filters[row.id]}
        )
        for page in pages
        for row in (sold[page.id] if page.kind is Kind.PARENT else [page])
    ]


def _variants(page_ids: Sequence[ProductId]) -> Mapping[ProductId, Sequence[Product]]:
    found: dict[ProductId, list[Product]] = defaultdict(list)
    own = sa.select(Product).where(Product.parent_id.in_(page_ids), Product.status == Status.ACTIVE)
    for row in db.session.scalars(own.order_by(Product.position, Product.id)):
        found[row.page_id].append(row)
    return found


def _categories(page_ids: Sequence[ProductId]) -> Mapping[ProductId, CategoryId]:
    rows = sa.select(ProductCategory.product_id, ProductCategory.category_id).where(
        ProductCategory.product_id.in_(page_ids)
    )
    ordered = db.session.execute(rows.order_by(ProductCategory.position.desc()))
    return {row.product_id: row.category_id for row in ordered}


def _pictures(page_ids: Sequence[ProductId]) -> Mapping[ProductId, Sequence[tuple[str, set[ProductId]]]]:
    """Return the file and the variants of each picture of pages; without variants it shows all of them."""
    images = sa.select(ProductImage).where(ProductImage.product_id.in_(page_ids))
    rows = db.session.scalars(images.order_by(ProductImage.position, ProductImage.id)).all()
    shown: dict[object, set[ProductId]] = defaultdict(set)
    of_variants = sa.select(ProductImageVariant.image_id, ProductImageVariant.variant_id).where(
        ProductImageVariant.image_id.in_([row.id for row in rows])
    )
    for image_id, variant_id in db.session.execute(of_variants):
        shown[image_id].add(variant_id)
    found: dict[ProductId, list[tuple[str, set[ProductId]]]] = defaultdict(list)
    for row in rows:
        found[row.product_id].append((f"{row.stem}-{row.widths.split()[-1]}", shown[row.id]))
    return found


def _product(
    page: Product,
    row: Product,
    category_id: CategoryId | None,
    pictures: Sequence[tuple[str, set[ProductId]]],
    filters: Mapping[AttributeKind, tuple[str, ...]],
) -> FeedProduct:
    own = [name for name, variants in pictures if row.id in variants]
    common = [name for name, variants in pictures if not variants]
    return FeedProduct(
        id=row.id,
        page_id=page.id,
        sku=row.sku or "",
        name=page.name,
        slug=page.slug or "",
        option_values={str(name): str(value) for name, value in (row.option_values or {}).items()},
        summary=page.summary,
        description_html=page.description_html,
        brand=page.vendor,
        category_id=category_id,
        pictures=tuple([*own, *common] or [name for name, _ in pictures]),
        price=Money(row.price or 0, row.currency),
        sale_price=Money(row.sale_price, row.currency) if row.sale_price is not None else None,
        sale_starts_at=row.sale_starts_at,
        sale_ends_at=row.sale_ends_at,
        weight_grams=row.weight_grams,
        colors=filters.get(AttributeKind.COLOUR, ()),
        sizes=filters.get(AttributeKind.SIZE, ()),
        materials=filters.get(AttributeKind.MATERIAL, ()),
    )
