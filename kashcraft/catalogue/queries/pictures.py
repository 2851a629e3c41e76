"""The pictures of a product as staff edit them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.catalogue.models import Product, ProductImage, ProductImageVariant, Status
from kashcraft.catalogue.rules.versions import version_of
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import ImageId, ProductId


@dataclass(frozen=True)
class ListedPicture:
    """A picture of a product; it shows the variants in ``variant_ids``, or the whole product without any."""

    id: ImageId
    stem: str
    alt: str
    width: int
    height: int
    widths: tuple[int, ...]
    variant_ids: tuple[ProductId, ...]

    @property
    def version(self) -> str:
        """Return the version of what a form shows of it."""
        variants = sorted(map(str, self.variant_ids))
        return version_of({"stem": self.stem, "alt": self.alt, "variants": variants})


@dataclass(frozen=True)
class PicturedProduct:
    """A product with its pictures in their order, and its variants that are not archived, with their
    options.
    """

    id: ProductId
    name: str
    slug: str
    pictures: tuple[ListedPicture, ...]
    variants: tuple[tuple[ProductId, str], ...]


def get_pictured_product(product_id: ProductId) -> PicturedProduct:
    """Return a product with its pictures and variants. Raises NotFound. Four statements."""
    page = sa.select(Product.name, Product.slug).where(Product.id == product_id, Product.parent_id.is_(None))
    found = db.session.execute(page).one_or_none()
    if found is None:
        raise NotFound("not_found", product_id=str(product_id))
    own = sa.select(Product.id, Product.option_values).where(
        Product.parent_id == product_id, Product.status != Status.ARCHIVED
    )
    variants = tuple(
        (row.id, ", ".join(map(str, row.option_values.values())))
        for row in db.session.execute(own.order_by(Product.position, Product.id))
    )
    return PicturedProduct(
        product_id, found.name, found.slug, tuple(list_listed_pictures(product_id)), variants
    )


def list_listed_pictures(product_id: ProductId) -> Sequence[ListedPicture]:
    """Return the pictures of a product in their order. Two statements."""
    return _listed(ProductImage.product_id == product_id)


def find_listed_picture(product_id: ProductId, image_id: ImageId) -> ListedPicture | None:
    """Return a picture of a product, None where it is not one of its pictures. Two statements."""
    own = sa.and_(ProductImage.product_id == product_id, ProductImage.id == image_id)
    return next(iter(_listed(own)), None)


def _listed(own: sa.ColumnElement[bool]) -> list[ListedPicture]:
    columns = (
        ProductImage.id, ProductImage.stem, ProductImage.alt, ProductImage.width, ProductImage.height,
        ProductImage.widths,
    )  # fmt: skip
    rows = db.session.execute(
        sa.select(*columns).where(own).order_by(ProductImage.position, ProductImage.id)
    ).all()
    shown: dict[ImageId, list[ProductId]] = defaultdict(list)
    links = sa.select(ProductImageVariant.image_id, ProductImageVariant.variant_id)
    for image_id, variant_id in db.session.execute(
        links.where(ProductImageVariant.image_id.in_([row.id for row in rows])).order_by(
            ProductImageVariant.variant_id
        )
    ):
        shown[ImageId(image_id)].append(variant_id)
    return [
        ListedPicture(
            id=row.id,
            stem=row.stem,
            alt=row.alt,
            width=row.width,
            height=row.height,
            widths=tuple(map(int, row.widths.split())),
            variant_ids=tuple(shown[row.id]),
        )
        for row in rows
    ]
