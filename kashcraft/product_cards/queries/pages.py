"""A product page's own rows: the piece or family, its choices, live stock and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.catalogue.models import AttributeKind, Kind, Product, ProductAttribute, Status
from kashcraft.catalogue.queries import VERSION, remember_version
from kashcraft.core.db import db
from kashcraft.inventory.models import Inventory
from kashcraft.product_cards.queries.columns import lapsed_holds, main_shelf, pictures_text
from kashcraft.product_cards.rules import Picture, Sellable, price_now, read_pictures
from kashcraft.product_cards.rules.cards import PART_END


@dataclass(frozen=True)
class ProductPage:
    """Everything of a piece that its own page shows; ``sold`` holds the piece itself or the family's
    choices.
    """

    id: UUID
    name: str
    slug: str
    summary: str
    story_html: str
    care: str
    origin: str
    dimensions: str
    vendor: str
    currency: str
    option_names: tuple[str, ...]
    rating_count: int
    rating_total: int
    seo_title: str | None
    seo_description: str | None
    is_gift_card: bool
    shelf_id: UUID | None
    materials: tuple[str, ...]
    colours: tuple[str, ...]
    pictures: tuple[Picture, ...]
    sold: tuple[Sellable, ...]
    choice_pictures: dict[UUID, tuple[Picture, ...]]

    @property
    def rating_average(self) -> float | None:
        """Return the average score, or None without any."""
        return self.rating_total / self.rating_count if self.rating_count else None

    def state(self) -> tuple[Any, ...]:
        """Return what may differ between two reads of one catalogue version: prices and what is free."""
        return tuple((one.price, one.free) for one in self.sold)


def _values(kind: AttributeKind) -> sa.ColumnElement[str | None]:
    values = (
        sa.select(ProductAttribute.value)
        .where(ProductAttribute.product_id == Product.id, ProductAttribute.kind == kind)
        .order_by(ProductAttribute.position)
        .correlate(Product)
        .subquery()
    )
    joined: Any = sa.func.aggregate_strings(values.c.value, PART_END)
    return sa.select(joined).scalar_subquery()


_is_page = Product.parent_id.is_(None)
_SLUG, _NOW = sa.bindparam("slug", type_=sa.String), sa.bindparam("now", type_=Product.created_at.type)
_OWNER = sa.select(Product.id).where(Product.slug == _SLUG).scalar_subquery()
_PAGE = (
    sa.select(
        Product.id,
        Product.kind,
        Product.name,
        Product.slug,
        Product.sku,
        Product.summary,
        Product.story_html,
        Product.care,
        Product.origin,
        Product.dimensions,
        Product.vendor,
        Product.currency,
        Product.option_names,
        Product.option_values,
        Product.price,
        Product.sale_price,
        Product.sale_starts_at,
        Product.sale_ends_at,
        Product.weight_grams,
        Product.rating_count,
        Product.rating_total,
        Product.seo_title,
        Product.seo_description,
        Product.is_gift_card,
        sa.func.coalesce(Inventory.available + lapsed_holds(_NOW), 0).label("free"),
        sa.case((_is_page, main_shelf())).label("shelf_id"),
        sa.case((_is_page, _values(AttributeKind.MATERIAL))).label("materials"),
        sa.case((_is_page, _values(AttributeKind.COLOUR))).label("colours"),
        pictures_text().label("pictures"),
        VERSION.scalar_subquery().label("version"),
    )
    .outerjoin(Inventory, Inventory.product_id == Product.id)
    .where(sa.or_(Product.slug == _SLUG, Product.parent_id == _OWNER), Product.status == Status.ACTIVE)
    .order_by(Product.parent_id.is_not(None), Product.position)
)


def product_page(slug: str, now: datetime) -> ProductPage | None:
    """Return the page at ``slug``, or None when it is not shown or has nothing to buy.

    One statement, which brings the catalogue version along. What is free counts holds beyond their time.
    """
    rows = db.session.execute(_PAGE, {"slug": slug, "now": now}).all()
    if not rows:
        return None
    remember_version(rows[0].version)
    page = rows[0]
    sold = [row for row in rows if row.kind is not Kind.FAMILY]
    if page.slug != slug or not sold:
        return None
    names = tuple(page.option_names)
    return ProductPage(
        id=page.id,
        name=page.name,
        slug=page.slug,
        summary=page.summary,
        story_html=page.story_html,
        care=page.care,
        origin=page.origin,
        dimensions=page.dimensions,
        vendor=page.vendor,
        currency=page.currency,
        option_names=names,
        rating_count=page.rating_count,
        rating_total=page.rating_total,
        seo_title=page.seo_title,
        seo_description=page.seo_description,
        is_gift_card=page.is_gift_card,
        shelf_id=page.shelf_id,
        materials=tuple(page.materials.split(PART_END)) if page.materials else (),
        colours=tuple(page.colours.split(PART_END)) if page.colours else (),
        pictures=read_pictures(page.pictures, page.name),
        sold=tuple(_sellable(row, names, now) for row in sold),
        choice_pictures={
            row.id: read_pictures(row.pictures, page.name) for row in sold if row is not page and row.pictures
        },
    )


def _sellable(row: Any, names: tuple[str, ...], now: datetime) -> Sellable:
    return Sellable(
        id=row.id,
        price=price_now(row.price, row.sale_price, row.sale_starts_at, row.sale_ends_at, now),
        regular=row.price,
        free=row.free,
        weight_grams=row.weight_grams,
        sku=row.sku,
        values=tuple(str(row.option_values.get(name, "")) for name in names),
    )
