"""Columns that the statements for cards and product pages share."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.catalogue.models import Product, ProductCategory, ProductImage, ProductImageVariant, Status
from kashcraft.core.ids import CategoryId
from kashcraft.product_cards.rules.cards import PART_END, PICTURE_END


def pictures_text(most: int | None = None) -> sa.ColumnElement[str | None]:
    """Return a column with the first ``most`` pictures of a product as one text (see ``read_pictures``).

    It adds no rows, where a join would repeat the product for each picture.
    """
    return _as_text(ProductImage.product_id == Product.id, most)


def variant_pictures_text(most: int) -> sa.ColumnElement[str | None]:
    """Return a column with the first ``most`` pictures that show a variant (see ``pictures_text``)."""
    tied = sa.select(ProductImageVariant.image_id).where(ProductImageVariant.variant_id == Product.id)
    return _as_text(ProductImage.id.in_(tied.correlate(Product)), most)


def _as_text(condition: sa.ColumnElement[bool], most: int | None) -> sa.ColumnElement[str | None]:
    end: sa.ColumnElement[str] = sa.literal_column(f"'{PART_END}'", sa.String)
    line = (
        ProductImage.stem
        + end
        + sa.cast(ProductImage.width, sa.String)
        + end
        + sa.cast(ProductImage.height, sa.String)
        + end
        + ProductImage.widths
        + end
        + ProductImage.alt
    )
    lines = (
        sa.select(line.label("line"))
        .where(condition)
        .order_by(ProductImage.position, ProductImage.id)
        .limit(most)
        .correlate(Product)
        .subquery()
    )
    return sa.select(sa.func.aggregate_strings(lines.c.line, PICTURE_END)).scalar_subquery()


def variant_picture_stems() -> sa.ColumnElement[str | None]:
    """Return a column with the stems of the pictures that show a variant, as one text."""
    stems = (
        sa.select(ProductImage.stem)
        .join(ProductImageVariant, ProductImageVariant.image_id == ProductImage.id)
        .where(ProductImageVariant.variant_id == Product.id)
        .correlate(Product)
        .subquery()
    )
    return sa.select(sa.func.aggregate_strings(stems.c.stem, PART_END)).scalar_subquery()


def first_picture() -> sa.ColumnElement[uuid.UUID]:
    """Return a column with the id of the picture that represents a product or variant in lists.

    The first picture that shows the variant comes before those of the whole product, and these before
    pictures of other variants.
    """
    picture = aliased(ProductImage)
    mine, others = aliased(ProductImageVariant), aliased(ProductImageVariant)
    shows_others = sa.exists(others.image_id).where(others.image_id == picture.id)
    return (
        sa.select(picture.id)
        .outerjoin(mine, sa.and_(mine.image_id == picture.id, mine.variant_id == Product.id))
        .where(picture.product_id == sa.func.coalesce(Product.parent_id, Product.id))
        .order_by(mine.image_id.is_(None), shows_others, picture.position, picture.id)
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )


def status_with_page() -> sa.ColumnElement[Status]:
    """Return a column with the status of a product; an active variant has the status of its page."""
    page = Product.__table__.alias("page")
    of_page = sa.select(page.c.status).where(page.c.id == Product.parent_id).scalar_subquery()
    return sa.case(
        (Product.status != Status.ACTIVE, Product.status), else_=sa.func.coalesce(of_page, Product.status)
    )


def main_category_id() -> sa.ColumnElement[CategoryId]:
    """Return a column with the id of the main category of a product page."""
    return (
        sa.select(ProductCategory.category_id)
        .where(ProductCategory.product_id == Product.id)
        .order_by(ProductCategory.position)
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )
