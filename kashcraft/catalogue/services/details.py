"""Pictures, filters, categories and related products of a product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from kashcraft.catalogue.models import (
    AttributeKind,
    Product,
    ProductAttribute,
    ProductCategory,
    ProductImage,
    ProductImageVariant,
    RelatedProduct,
)
from kashcraft.catalogue.queries.products import get_attributes
from kashcraft.catalogue.rules import StoredPicture, clean_values
from kashcraft.catalogue.services.version import touch
from kashcraft.core import clock
from kashcraft.core.bus import publish
from kashcraft.core.db import db, table_of
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import CategoryId, ProductId, new_id
from kashcraft.events.catalogue import ProductChanged

# Inserted by table, not by model: an import writes thousands of these rows.
FILTERS = table_of(ProductAttribute)
CATEGORY_ROWS = table_of(ProductCategory)


def add_image(
    *,
    product_id: ProductId,
    picture: StoredPicture,
    alt: str,
    position: int | None = None,
    variant_ids: Sequence[ProductId] = (),
) -> ProductImage:
    """Add a picture to a product, as the last one or at ``position``, and return it.

    It shows the variants in ``variant_ids``, or the whole product without any. With a variant as
    ``product_id`` it is added to its product and shows that variant. Raises NotFound, and
    DomainError('choice_of_another_product').
    """
    page_id = _changed(product_id)
    if position is None:
        last = sa.select(sa.func.max(ProductImage.position)).where(ProductImage.product_id == page_id)
        highest = db.session.scalar(last)
        position = 0 if highest is None else highest + 1
    image = ProductImage(
        id=new_id(),
        product_id=page_id,
        position=position,
        stem=picture.stem,
        alt=alt[:512],
        width=picture.width,
        height=picture.height,
        widths=" ".join(map(str, picture.widths)),
    )
    db.session.add(image)
    named = variant_ids if page_id == product_id else [product_id, *variant_ids]
    if named:
        db.session.flush()  # the rows that tie it to variants are inserted directly and refer to it
        _write_image_variants(image, named)
    return image


def set_image_variants(*, image_id: UUID, variant_ids: Sequence[ProductId]) -> bool:
    """Set the variants that a picture shows, none for the whole product; return whether they differed.

    Raises NotFound, and DomainError('choice_of_another_product').
    """
    image = db.session.scalar(sa.select(ProductImage).where(ProductImage.id == image_id))
    if image is None:
        raise NotFound("not_found", image_id=str(image_id))
    own = ProductImageVariant.image_id == image_id
    current = db.session.scalars(sa.select(ProductImageVariant.variant_id).where(own))
    if set(current) == set(variant_ids):
        return False
    db.session.execute(sa.delete(ProductImageVariant).where(own))
    _write_image_variants(image, variant_ids)
    _changed(image.product_id)
    return True


def remove_source_url(*, product_id: ProductId, address: str) -> None:
    """Remove an address from those whose pictures a page still lacks. Raises NotFound.

    The page is locked first, so that concurrent calls remove both of their addresses.
    """
    page_id = _changed(product_id)
    page = sa.update(Product).where(Product.id == page_id).execution_options(synchronize_session=False)
    db.session.execute(page.values(updated_at=clock.now()))
    urls = db.session.scalars(sa.select(Product.source_urls).where(Product.id == page_id)).one()
    db.session.execute(page.values(source_urls=[url for url in urls if url != address]))


def remove_image(*, image_id: UUID) -> None:
    """Remove a picture from its product; its files stay. Raises NotFound."""
    removed = sa.delete(ProductImage).where(ProductImage.id == image_id).returning(ProductImage.product_id)
    product_id = db.session.scalar(removed)
    if product_id is None:
        raise NotFound("not_found", image_id=str(image_id))
    _changed(product_id)


def set_attributes(
    *, product_id: ProductId, values: Mapping[AttributeKind, Sequence[str]]
) -> list[AttributeKind]:
    """Replace the filter values of the given kinds, in their order; return the kinds that differed."""
    current = read_attributes(product_id)
    changed = [kind for kind in values if current.get(kind, ()) != clean_values(values[kind])]
    for kind in changed:
        write_attributes(product_id, kind, values[kind])
    if changed:
        _changed(product_id)
    return changed


def set_categories(*, product_id: ProductId, category_ids: Sequence[CategoryId]) -> bool:
    """Set the categories of a product, the first being the main one; return whether they differed."""
    current = sa.select(ProductCategory.category_id).where(ProductCategory.product_id == product_id)
    if list(db.session.scalars(current.order_by(ProductCategory.position))) == list(category_ids):
        return False
    db.session.execute(sa.delete(ProductCategory).where(ProductCategory.product_id == product_id))
    write_categories(product_id, category_ids)
    _changed(product_id)
    return True


def relate(*, product_id: ProductId, related_ids: Sequence[ProductId]) -> bool:
    """Set the related products, in their order; return whether they differed."""
    wanted = [other for other in dict.fromkeys(related_ids) if other != product_id]
    current = sa.select(RelatedProduct.related_id).where(RelatedProduct.product_id == product_id)
    if list(db.session.scalars(current.order_by(RelatedProduct.position))) == wanted:
        return False
    db.session.execute(sa.delete(RelatedProduct).where(RelatedProduct.product_id == product_id))
    rows = [
        {"product_id": product_id, "related_id": other, "position": position}
        for position, other in enumerate(wanted)
    ]
    if rows:
        db.session.execute(sa.insert(RelatedProduct), rows)
    _changed(product_id)
    return True


def read_attributes(product_id: ProductId) -> dict[AttributeKind, tuple[str, ...]]:
    """Return the filter values of a product row by kind, in their order."""
    return get_attributes([product_id])[product_id]


def write_attributes(product_id: ProductId, kind: AttributeKind, values: Iterable[str]) -> None:
    """Replace the filter values of one kind."""
    own = (ProductAttribute.product_id == product_id, ProductAttribute.kind == kind)
    db.session.execute(sa.delete(ProductAttribute).where(*own))
    add_filters({product_id: {kind: values}})


def add_filters(filters: Mapping[ProductId, Mapping[AttributeKind, Iterable[str]]]) -> None:
    """Insert filter values of rows that have none of these kinds. One statement."""
    rows = [
        {"product_id": product_id, "kind": kind, "value": value, "position": position}
        for product_id, values in filters.items()
        for kind, some in values.items()
        for position, value in enumerate(clean_values(some))
    ]
    if rows:
        db.session.execute(sa.insert(FILTERS), rows)


def write_categories(product_id: ProductId, category_ids: Iterable[CategoryId]) -> None:
    """Insert the categories of a product that has none."""
    rows = [
        {"product_id": product_id, "category_id": category_id, "position": position}
        for position, category_id in enumerate(dict.fromkeys(category_ids))
    ]
    if rows:
        db.session.execute(sa.insert(CATEGORY_ROWS), rows)


def _write_image_variants(image: ProductImage, variant_ids: Sequence[ProductId]) -> None:
    wanted = set(variant_ids)
    own = sa.select(Product.id).where(Product.parent_id == image.product_id, Product.id.in_(wanted))
    if strange := wanted - set(db.session.scalars(own)):
        raise DomainError("choice_of_another_product", variant_id=str(min(strange)))
    if wanted:
        rows = [{"image_id": image.id, "variant_id": variant_id} for variant_id in wanted]
        db.session.execute(sa.insert(ProductImageVariant), rows)


def _changed(product_id: ProductId) -> ProductId:
    """Publish that a product page has changed and return the page's id."""
    page = sa.select(sa.func.coalesce(Product.parent_id, Product.id)).where(Product.id == product_id)
    page_id = db.session.scalar(page)
    if page_id is None:
        raise NotFound("not_found", product_id=str(product_id))
    touch(product_ids=[page_id])
    publish(ProductChanged(page_id))
    return page_id
