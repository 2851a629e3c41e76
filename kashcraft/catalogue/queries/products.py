"""Reads of products for staff: one with everything that its form shows, and names to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa

from kashcraft.catalogue.models import (
    AttributeKind,
    Kind,
    Product,
    ProductAttribute,
    ProductCategory,
    RelatedProduct,
    Status,
)
from kashcraft.catalogue.rules import PageInput, SafetyInput, SkuInput, VariantInput
from kashcraft.catalogue.rules.product_input import ProductInput, StoredProduct, StoredVariant
from kashcraft.catalogue.rules.versions import version_of
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.text_folding import fold, search_key

MOST_FOUND = 8


@dataclass(frozen=True)
class ProductChoice:
    """A product to choose: its SKU or slug, and its name."""

    id: ProductId
    reference: str
    name: str


def get_product_details(product_id: ProductId) -> StoredProduct:
    """Return a product page with its values. Raises NotFound, also for a variant. Five statements."""
    product = db.session.scalar(
        sa.select(Product).where(Product.id == product_id, Product.parent_id.is_(None))
    )
    if product is None:
        raise NotFound("not_found", product_id=str(product_id))
    is_parent = product.kind is Kind.PARENT
    related = sa.select(RelatedProduct.related_id).where(RelatedProduct.product_id == product_id)
    data = ProductInput(
        page=_page_input(product),
        sold=None if is_parent else _sku_input(product),
        related_ids=tuple(db.session.scalars(related.order_by(RelatedProduct.position))),
    )
    own = sa.select(sa.func.count()).where(Product.parent_id == product_id, Product.status != Status.ARCHIVED)
    variants = db.session.scalar(own) or 0
    return StoredProduct(product.id, product.status, is_parent, data, variants)


def list_variants(product_id: ProductId) -> Sequence[StoredVariant]:
    """Return all variants of a product in their order, those that were archived on their own last.

    Three statements.
    """
    parent = db.session.scalar(sa.select(Product).where(Product.id == product_id))
    own = sa.select(Product).where(Product.parent_id == product_id).order_by(Product.position, Product.id)
    rows = db.session.scalars(own).all()
    filters = get_attributes([row.id for row in rows])
    found = [_stored_variant(row, parent, filters[row.id]) for row in rows]
    return sorted(found, key=lambda one: one.is_retired)


def list_option_names(product_id: ProductId) -> Sequence[str]:
    """Return the names of a product's options, none without variants. One statement."""
    return db.session.scalar(sa.select(Product.option_names).where(Product.id == product_id)) or []


def get_options_version(product_id: ProductId) -> str:
    """Return the version of a product's options and variants, by which an outdated table is recognized.

    Four statements.
    """
    variants = {
        str(one.id): [
            dict(one.data.option_values),
            one.data.sold.sku,
            str(one.data.sold.price),
            str(one.data.sold.sale_price),
            one.data.sold.weight_grams,
            one.is_retired,
        ]
        for one in list_variants(product_id)
    }
    return version_of({"names": list(list_option_names(product_id)), "variants": variants})


def get_free_suffix(skus: Sequence[str]) -> str:
    """Return what completes each of ``skus`` to one that no product has: -COPY, else -COPY2 and so on."""
    number = 1
    while True:
        suffix = "-COPY" if number == 1 else f"-COPY{number}"
        taken = sa.select(Product.id).where(Product.sku.in_([f"{sku}{suffix}" for sku in skus]))
        if db.session.scalar(taken.limit(1)) is None:
            return suffix
        number += 1


def get_attributes(
    product_ids: Sequence[ProductId],
) -> dict[ProductId, dict[AttributeKind, tuple[str, ...]]]:
    """Return the filter values of product rows by kind, in their order. One statement."""
    query = (
        sa.select(ProductAttribute.product_id, ProductAttribute.kind, ProductAttribute.value)
        .where(ProductAttribute.product_id.in_(product_ids))
        .order_by(ProductAttribute.product_id, ProductAttribute.kind, ProductAttribute.position)
    )
    found: dict[ProductId, dict[AttributeKind, tuple[str, ...]]] = {one: {} for one in product_ids}
    for product_id, kind, value in db.session.execute(query):
        found[product_id][kind] = (*found[product_id].get(kind, ()), value)
    return found


def _stored_variant(
    row: Product, parent: Product | None, filters: Mapping[AttributeKind, tuple[str, ...]]
) -> StoredVariant:
    data = VariantInput(
        option_values=dict(row.option_values),
        sold=_sku_input(row),
        materials=filters.get(AttributeKind.MATERIAL, ()),
        colours=filters.get(AttributeKind.COLOUR, ()),
        sizes=filters.get(AttributeKind.SIZE, ()),
        source_urls=tuple(row.source_urls),
    )
    archived = row.status is Status.ARCHIVED
    return StoredVariant(row.id, data, archived and not (parent and row.was_archived_with(parent)))


def search_choices(words: str, *, without: ProductId | None = None) -> Sequence[ProductChoice]:
    """Return up to eight product pages whose name contains each of ``words``, or whose SKU does.

    None without words. One statement.
    """
    wanted = fold(words).split()
    if not wanted:
        return []
    query = _CHOICES.where(Product.parent_id.is_(None), Product.status != Status.ARCHIVED)
    for word in wanted[:6]:
        key = search_key(word)
        in_sku = sa.func.lower(Product.sku).contains(word, autoescape=True)
        query = query.where(
            sa.or_(in_sku, Product.name_key.contains(key, autoescape=True)) if key else in_sku
        )
    if without is not None:
        query = query.where(Product.id != without)
    return [ProductChoice(*row) for row in db.session.execute(query.order_by(Product.name).limit(MOST_FOUND))]


def list_choices(product_ids: Sequence[ProductId]) -> Sequence[ProductChoice]:
    """Return products by id, in this order, without those that do not exist. One statement."""
    rows = db.session.execute(_CHOICES.where(Product.id.in_(product_ids)))
    found = {row.id: ProductChoice(*row) for row in rows}
    return [found[one] for one in product_ids if one in found]


def list_tax_classes() -> Sequence[str]:
    """Return the tax classes that products have. One statement."""
    query = sa.select(Product.tax_class).where(Product.kind != Kind.PARENT).distinct()
    return db.session.scalars(query.order_by(Product.tax_class)).all()


_CHOICES = sa.select(Product.id, sa.func.coalesce(Product.sku, Product.slug, ""), Product.name)


def _page_input(product: Product) -> PageInput:
    categories = sa.select(ProductCategory.category_id).where(ProductCategory.product_id == product.id)
    attributes = sa.select(ProductAttribute.kind, ProductAttribute.value).where(
        ProductAttribute.product_id == product.id
    )
    values: dict[AttributeKind, list[str]] = {kind: [] for kind in AttributeKind}
    for kind, value in db.session.execute(attributes.order_by(ProductAttribute.position)):
        values[kind].append(value)
    same = ("name", "slug", "summary", "description", "description_html", "care", "origin", "dimensions",
            "vendor", "status", "published_at", "publish_at")  # fmt: skip
    return PageInput(
        **{name: getattr(product, name) for name in same},
        seo_title=product.seo_title or None,
        seo_description=product.seo_description or None,
        source_urls=tuple(product.source_urls),
        category_ids=tuple(db.session.scalars(categories.order_by(ProductCategory.position))),
        materials=tuple(values[AttributeKind.MATERIAL]),
        colours=tuple(values[AttributeKind.COLOUR]),
        sizes=tuple(values[AttributeKind.SIZE]),
        tags=tuple(values[AttributeKind.TAG]),
        safety=SafetyInput(**{field.name: getattr(product, field.name) for field in fields(SafetyInput)}),
    )


def _sku_input(product: Product) -> SkuInput:
    currency = product.currency

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, currency)

    return SkuInput(
        sku=product.sku or "",
        price=Money(product.price or 0, currency),
        sale_price=money(product.sale_price),
        sale_starts_at=product.sale_starts_at,
        sale_ends_at=product.sale_ends_at,
        cost=money(product.cost),
        weight_grams=product.weight_grams,
        tax_class=product.tax_class,
        is_gift_card=product.is_gift_card,
        one_of_a_kind=product.one_of_a_kind,
    )
