"""The rows of a product page: live prices and stock, and everything else.

The first are read for every visitor, the second only when the rendered page is not cached.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from kashcraft.catalogue.models import AttributeKind, Kind, Product, ProductAttribute, RelatedProduct, Status
from kashcraft.catalogue.queries import VERSION, remember_version
from kashcraft.catalogue.rules import crossed_out, price_now
from kashcraft.core import autocommit, reference_version
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.inventory import queries as inventory
from kashcraft.product_cards.queries.columns import (
    main_category_id,
    pictures_text,
    variant_picture_stems,
)
from kashcraft.product_cards.rules import HasPrice, Picture, PricedVariant, read_pictures
from kashcraft.product_cards.rules.cards import PART_END


@dataclass(frozen=True)
class ProductPage:
    """Everything that a product page shows; ``variants`` contains the product itself where it has no options.

    ``pictures`` are all pictures of the page in their order, ``variant_pictures`` those that show a certain
    variant. ``safety`` are the names and texts that product safety needs, without empty ones.
    """

    id: ProductId
    name: str
    slug: str
    summary: str
    description_html: str
    care: str
    origin: str
    dimensions: str
    vendor: str
    safety: tuple[tuple[str, str], ...]
    currency: str
    option_names: tuple[str, ...]
    rating_count: int
    rating_total: int
    seo_title: str | None
    seo_description: str | None
    is_gift_card: bool
    category_id: CategoryId | None
    materials: tuple[str, ...]
    colours: tuple[str, ...]
    pictures: tuple[Picture, ...]
    variants: tuple[PricedVariant, ...]
    variant_pictures: dict[ProductId, tuple[Picture, ...]]
    related_ids: tuple[ProductId, ...]

    @property
    def rating_average(self) -> float | None:
        """Return the average score, None without scores."""
        return self.rating_total / self.rating_count if self.rating_count else None


def _values(kind: AttributeKind) -> sa.ColumnElement[str | None]:
    values = (
        sa.select(ProductAttribute.value)
        .where(ProductAttribute.product_id == Product.id, ProductAttribute.kind == kind)
        .order_by(ProductAttribute.position)
        .correlate(Product)
        .subquery()
    )
    return sa.select(sa.func.aggregate_strings(values.c.value, PART_END)).scalar_subquery()


def _related() -> sa.ColumnElement[str | None]:
    others = (
        sa.select(sa.cast(RelatedProduct.related_id, sa.String(36)).label("other"))
        .where(RelatedProduct.product_id == Product.id)
        .order_by(RelatedProduct.position)
        .correlate(Product)
        .subquery()
    )
    return sa.select(sa.func.aggregate_strings(others.c.other, PART_END)).scalar_subquery()


# What the page shows under "Product safety".
SAFETY_COLUMNS = (
    Product.maker,
    Product.maker_address,
    Product.responsible_person,
    Product.safety_warnings,
    Product.origin_country,
)
_is_page = Product.parent_id.is_(None)
_SLUG, _NOW = sa.bindparam("slug", type_=sa.String), sa.bindparam("now", type_=Product.created_at.type)
_OWNER = sa.select(Product.id).where(Product.slug == _SLUG).scalar_subquery()
_ROWS = (
    sa.or_(Product.slug == _SLUG, Product.parent_id == _OWNER),
    (Product.parent_id.is_not(None), Product.position),
)
_LIVE = inventory.with_stock(
    sa.select(
        Product.id,
        Product.kind,
        Product.status,
        Product.price,
        Product.sale_price,
        Product.sale_starts_at,
        Product.sale_ends_at,
        Product.reference_price,
        inventory.free_of_product(_NOW).label("free"),
        inventory.held_until(_NOW).label("held_until"),
        inventory.most_per_order(),
        VERSION.scalar_subquery().label("version"),
        reference_version.current().label("reference"),
    )
    .where(_ROWS[0])
    .order_by(*_ROWS[1])
)
_PAGE = (
    sa.select(
        Product.id,
        Product.name,
        Product.slug,
        Product.sku,
        Product.summary,
        Product.description_html,
        Product.care,
        Product.origin,
        Product.dimensions,
        Product.vendor,
        *SAFETY_COLUMNS,
        Product.currency,
        Product.option_names,
        Product.option_values,
        Product.weight_grams,
        Product.one_of_a_kind,
        Product.rating_count,
        Product.rating_total,
        Product.seo_title,
        Product.seo_description,
        Product.is_gift_card,
        sa.case((_is_page, main_category_id())).label("category_id"),
        sa.case((_is_page, _values(AttributeKind.MATERIAL))).label("materials"),
        sa.case((_is_page, _values(AttributeKind.COLOUR))).label("colours"),
        sa.case((_is_page, pictures_text()), else_=variant_picture_stems()).label("pictures"),
        sa.case((_is_page, _related())).label("related"),
    )
    .where(_ROWS[0])
    .order_by(*_ROWS[1])
)


def list_priced_variants(slug: str, now: datetime) -> tuple[PricedVariant, ...]:
    """Return what can be bought at ``slug``, with prices at ``now`` and live stock; empty where no page is
    shown.

    One statement, which also returns the catalogue version and the reference version. Expired holds count as
    free.
    """
    rows = autocommit.rows(_LIVE, {"slug": slug, "now": now})
    if not rows:
        return ()
    remember_version(rows[0].version)
    reference_version.remember_version(rows[0].reference)
    # Not a condition of the statement: query planners would scan all active products for it.
    if rows[0].status is not Status.ACTIVE:
        return ()
    return tuple(
        _priced_variant(row, now)
        for row in rows
        if row.kind is not Kind.PARENT and row.status is Status.ACTIVE
    )


def find_product_page(slug: str, live: Sequence[PricedVariant]) -> ProductPage | None:
    """Return the page at ``slug`` with the ``live`` variants of ``list_priced_variants``; one statement.

    None where none of them exists any more.
    """
    rows = {row.id: row for row in autocommit.rows(_PAGE, {"slug": slug})}
    variants = [(one, rows[one.id]) for one in live if one.id in rows]
    if not variants:
        return None
    page = next(iter(rows.values()))
    names, pictures = tuple(page.option_names), read_pictures(page.pictures, page.name)
    return ProductPage(
        id=page.id,
        name=page.name,
        slug=page.slug,
        summary=page.summary,
        description_html=page.description_html,
        care=page.care,
        origin=page.origin,
        dimensions=page.dimensions,
        vendor=page.vendor,
        safety=tuple((one.key, getattr(page, one.key)) for one in SAFETY_COLUMNS if getattr(page, one.key)),
        currency=page.currency,
        option_names=names,
        rating_count=page.rating_count,
        rating_total=page.rating_total,
        seo_title=page.seo_title,
        seo_description=page.seo_description,
        is_gift_card=page.is_gift_card,
        category_id=page.category_id,
        materials=tuple(page.materials.split(PART_END)) if page.materials else (),
        colours=tuple(page.colours.split(PART_END)) if page.colours else (),
        pictures=pictures,
        variants=tuple(_described(one, row, names) for one, row in variants),
        variant_pictures=_variant_pictures((row for _, row in variants if row is not page), pictures),
        related_ids=_ids(page.related),
    )


def _ids(joined: str | None) -> tuple[ProductId, ...]:
    return tuple(ProductId(UUID(one)) for one in joined.split(PART_END)) if joined else ()


class _PicturesRow(Protocol):
    id: ProductId
    pictures: str | None


def _variant_pictures(
    rows: Iterable[_PicturesRow], pictures: Sequence[Picture]
) -> dict[ProductId, tuple[Picture, ...]]:
    return {row.id: _among(pictures, row.pictures.split(PART_END)) for row in rows if row.pictures}


def _among(pictures: Sequence[Picture], stems: Collection[str]) -> tuple[Picture, ...]:
    return tuple(one for one in pictures if one.stem in stems)


class _LiveRow(HasPrice, Protocol):
    id: ProductId
    reference_price: int | None
    free: int
    held_until: datetime | None
    most_per_order: int | None


def _priced_variant(row: _LiveRow, now: datetime) -> PricedVariant:
    price = price_now(row.price, row.sale_price, row.sale_starts_at, row.sale_ends_at, now)
    return PricedVariant(
        id=row.id,
        price=price,
        compare_at=crossed_out(row.price, price, row.reference_price),
        free=row.free,
        held_until=row.held_until,
        most_per_order=row.most_per_order,
    )


class _SoldRow(Protocol):
    weight_grams: int
    one_of_a_kind: bool
    sku: str
    option_values: dict[str, str]


def _described(one: PricedVariant, row: _SoldRow, names: Sequence[str]) -> PricedVariant:
    return one._replace(
        weight_grams=row.weight_grams,
        one_of_a_kind=row.one_of_a_kind,
        sku=row.sku,
        values=tuple(str(row.option_values.get(name, "")) for name in names),
    )
