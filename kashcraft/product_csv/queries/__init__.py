"""The shop's products in the form in which files are compared with them and written from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from kashcraft.catalogue.models import (
    AttributeKind,
    Category,
    Kind,
    Product,
    ProductAttribute,
    ProductCategory,
    ProductImage,
    ProductImageVariant,
    RedirectKind,
    SlugRedirect,
)
from kashcraft.catalogue.queries import variants_of
from kashcraft.catalogue.rules import PageInput, SkuInput, VariantInput
from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.money import Money
from kashcraft.inventory.models import Inventory
from kashcraft.product_csv.models import PictureSource
from kashcraft.product_csv.rules.products import Publication
from kashcraft.product_csv.rules.sales import Sale
from kashcraft.product_csv.rules.shop import ShopPicture, ShopProduct, ShopSource, ShopVariant

UNTAXED = "none"


def list_shop_products(slugs: Collection[str] | None = None) -> list[ShopProduct]:
    """Return the pages at ``slugs``, or all, with their variants, by name.

    Eight statements, whatever the number: pages, variants, stock, pictures, pictures of variants, tags,
    categories, sources of pictures. Variants that were archived on their own are in ``retired``.
    """
    chosen = Product.kind != Kind.VARIANT
    if slugs is not None:
        chosen = sa.and_(chosen, Product.slug.in_(slugs))
    pages = db.session.scalars(sa.select(Product).where(chosen).order_by(Product.name, Product.slug)).all()
    ids = sa.select(Product.id).where(chosen)
    variants, retired = _variants(ids)
    stock = _stock(ids)
    pictures, shown, tags, categories = _pictures(ids), _shown(ids), _tags(ids), _categories(ids)
    sources = _sources(ids)
    return [
        _shop_product(
            page,
            variants[page.id] if page.kind is Kind.PARENT else [page],
            retired[page.id],
            stock,
            pictures[page.id],
            shown,
            tags[page.id],
            categories[page.id],
            sources[page.id],
        )
        for page in pages
    ]


def list_products_to_export() -> list[ShopProduct]:
    """Return the pages of the shop by name, without those that have no variant left.

    A product file has no row for a product that cannot be bought.
    """
    return [product for product in list_shop_products() if product.variants]


def list_sku_owners(skus: Iterable[str]) -> dict[str, ProductId]:
    """Return the product of each of ``skus`` that is in use."""
    rows = db.session.execute(sa.select(Product.sku, Product.id).where(Product.sku.in_(list(skus))))
    return {sku: product_id for sku, product_id in rows if sku}


def list_category_ids(names: Collection[str]) -> tuple[dict[str, CategoryId], dict[str, CategoryId]]:
    """Return the categories of ``names`` by folded name, and all categories by slug."""
    folded = [name.casefold() for name in names]
    rows = db.session.execute(sa.select(Category.name, Category.slug, Category.id)).all()
    by_name = {name.casefold(): category_id for name, _, category_id in rows if name.casefold() in folded}
    return by_name, {slug: category_id for _, slug, category_id in rows}


def list_slugs_by_name(names: Collection[str]) -> dict[str, str]:
    """Return the slugs of the categories that have one of ``names``, ignoring case."""
    by_name = {
        name.casefold(): slug for name, slug in db.session.execute(sa.select(Category.name, Category.slug))
    }
    return {name: by_name[name.casefold()] for name in names if name.casefold() in by_name}


def list_known_slugs(
    products: Collection[str], categories: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return those of the slugs that a product or category has or had; old ones redirect.

    No statement without slugs.
    """
    return (
        _known(RedirectKind.PRODUCT, Product.slug, products),
        _known(RedirectKind.CATEGORY, Category.slug, categories),
    )


def _known(
    kind: RedirectKind,
    column: InstrumentedAttribute[str | None] | InstrumentedAttribute[str],
    slugs: Collection[str],
) -> dict[str, str]:
    if not slugs:
        return {}
    once = sa.select(SlugRedirect.slug).where(SlugRedirect.kind == kind, SlugRedirect.slug.in_(slugs))
    found = db.session.scalars(sa.select(column).where(column.in_(slugs)).union_all(once))
    return {slug: slug for slug in found if slug}


def find_moved_category(slug: str) -> CategoryId | None:
    """Return the category that once had ``slug``, None without one."""
    query = sa.select(SlugRedirect.category_id).where(
        SlugRedirect.kind == RedirectKind.CATEGORY, SlugRedirect.slug == slug
    )
    return db.session.scalar(query)


def _variants(ids: sa.Select[Any]) -> tuple[dict[ProductId, list[Product]], dict[ProductId, list[Product]]]:
    """Return the current variants by their parent, and those that were archived on their own."""
    had: dict[ProductId, list[Product]] = defaultdict(list)
    retired: dict[ProductId, list[Product]] = defaultdict(list)
    parent = aliased(Product)
    query = (
        sa.select(Product, variants_of(parent))
        .join(parent, parent.id == Product.parent_id)
        .where(Product.parent_id.in_(ids))
        .order_by(Product.parent_id, Product.position)
    )
    for variant, is_had in db.session.execute(query):
        (had if is_had else retired)[variant.page_id].append(variant)
    return had, retired


def _stock(ids: sa.Select[Any]) -> dict[ProductId, tuple[int, bool]]:
    """Return the units on hand and whether they are counted, by product."""
    query = (
        sa.select(Inventory.product_id, Inventory.quantity, Inventory.is_counted)
        .join(Product, Product.id == Inventory.product_id)
        .where(sa.func.coalesce(Product.parent_id, Product.id).in_(ids))
    )
    return {row.product_id: (row.quantity, row.is_counted) for row in db.session.execute(query)}


def _pictures(ids: sa.Select[Any]) -> dict[ProductId, list[ShopPicture]]:
    found: dict[ProductId, list[ShopPicture]] = defaultdict(list)
    query = (
        sa.select(ProductImage)
        .where(ProductImage.product_id.in_(ids))
        .order_by(ProductImage.position, ProductImage.id)
    )
    for image in db.session.scalars(query):
        found[image.product_id].append(ShopPicture(image.stem, image.alt, image.width))
    return found


def _shown(ids: sa.Select[Any]) -> dict[ProductId, list[str]]:
    """Return the stems of the pictures that show a variant, by its id."""
    found: dict[ProductId, list[str]] = defaultdict(list)
    query = (
        sa.select(ProductImageVariant.variant_id, ProductImage.stem)
        .join(ProductImage, ProductImage.id == ProductImageVariant.image_id)
        .where(ProductImage.product_id.in_(ids))
        .order_by(ProductImage.position, ProductImage.id)
    )
    for variant_id, stem in db.session.execute(query):
        found[variant_id].append(stem)
    return found


def _tags(ids: sa.Select[Any]) -> dict[ProductId, list[str]]:
    found: dict[ProductId, list[str]] = defaultdict(list)
    query = (
        sa.select(ProductAttribute.product_id, ProductAttribute.value)
        .where(ProductAttribute.product_id.in_(ids), ProductAttribute.kind == AttributeKind.TAG)
        .order_by(ProductAttribute.product_id, ProductAttribute.position)
    )
    for product_id, value in db.session.execute(query):
        found[product_id].append(value)
    return found


def _categories(ids: sa.Select[Any]) -> dict[ProductId, list[tuple[str, str]]]:
    """Return name and slug of the categories of each page, by its id."""
    found: dict[ProductId, list[tuple[str, str]]] = defaultdict(list)
    query = (
        sa.select(ProductCategory.product_id, Category.name, Category.slug)
        .join(Category, Category.id == ProductCategory.category_id)
        .where(ProductCategory.product_id.in_(ids))
        .order_by(ProductCategory.product_id, ProductCategory.position)
    )
    for product_id, name, slug in db.session.execute(query):
        found[product_id].append((name, slug))
    return found


def _sources(ids: sa.Select[Any]) -> dict[ProductId, dict[str, ShopSource]]:
    """Return the sources of pictures of each page by address, by the page's id."""
    found: dict[ProductId, dict[str, ShopSource]] = defaultdict(dict)
    query = (
        sa.select(PictureSource, ProductImage.stem)
        .outerjoin(ProductImage, ProductImage.id == PictureSource.image_id)
        .where(PictureSource.product_id.in_(ids))
    )
    for source, stem in db.session.execute(query):
        found[source.product_id][source.address] = ShopSource(
            state=source.state,
            stem=stem or "",
            alt=source.alt,
            variant_ids=tuple(ProductId(UUID(one)) for one in source.variant_ids),
        )
    return found


def _shop_product(
    page: Product,
    variants: Iterable[Product],
    retired: Iterable[Product],
    stock: dict[ProductId, tuple[int, bool]],
    pictures: Iterable[ShopPicture],
    shown: dict[ProductId, list[str]],
    tags: Iterable[str],
    categories: Sequence[tuple[str, str]],
    sources: dict[str, ShopSource],
) -> ShopProduct:
    names = tuple(page.option_names)
    return ShopProduct(
        product_id=page.id,
        has_variants=page.kind is Kind.PARENT,
        slug=page.slug or "",
        name=page.name,
        description=page.description,
        description_html=page.description_html,
        vendor=page.vendor,
        types=tuple(name for name, _slug in categories),
        type_slugs=frozenset(slug for _name, slug in categories),
        tags=tuple(tags),
        publication=Publication(page.status.value),
        is_gift_card=page.is_gift_card,
        seo_title=page.seo_title or "",
        seo_description=page.seo_description or "",
        option_names=names,
        variants=tuple(_shop_variant(variant, names, stock, shown) for variant in variants),
        retired=tuple(_shop_variant(variant, names, stock, shown) for variant in retired),
        pictures=tuple(pictures),
        addresses=tuple(
            address for address in page.source_urls if address not in sources or not sources[address].stem
        ),
        sources=sources,
    )


def _shop_variant(
    variant: Product,
    names: tuple[str, ...],
    stock: dict[ProductId, tuple[int, bool]],
    shown: dict[ProductId, list[str]],
) -> ShopVariant:
    price, now = variant.price or 0, clock.now()
    quantity, is_counted = stock.get(variant.id, (0, True))
    asked = variant.price_at(now)
    return ShopVariant(
        product_id=variant.id,
        values=tuple(variant.option_values.get(name, "") for name in names),
        sku=variant.sku or "",
        price=price,
        sale_price=asked if asked < price else None,
        cost=variant.cost,
        grams=variant.weight_grams,
        quantity=quantity,
        is_counted=is_counted,
        taxable=variant.tax_class != UNTAXED,
        pictures=tuple(shown[variant.id]) if variant.id in shown else (),
        sale=_sale(variant, now),
    )


def _sale(variant: Product, now: datetime) -> Sale | None:
    """Return the running or planned sale of a variant."""
    starts_at, ends_at = variant.sale_starts_at, variant.sale_ends_at
    if variant.sale_price is None or (ends_at is not None and ends_at <= now):
        return None
    return Sale(variant.sale_price, starts_at, ends_at, starts_at is not None and starts_at > now)


def get_product(product_id: ProductId) -> Product:
    """Return the row of an existing page or variant."""
    return db.session.get_one(Product, product_id)


def list_variants(parent: Product, also: Collection[ProductId] = ()) -> list[Product]:
    """Return the current variants of ``parent`` and those retired ones in ``also``, in their order."""
    again = sa.and_(Product.parent_id == parent.id, Product.id.in_(also))
    query = sa.select(Product).where(sa.or_(variants_of(parent), again))
    return list(db.session.scalars(query.order_by(Product.position)))


def list_images(product_id: ProductId) -> list[ProductImage]:
    """Return the pictures of a page, in their order."""
    query = sa.select(ProductImage).where(ProductImage.product_id == product_id)
    return list(db.session.scalars(query.order_by(ProductImage.position, ProductImage.id)))


def list_image_variants(product_id: ProductId) -> dict[UUID, set[ProductId]]:
    """Return the variants that each picture of a page shows, by the picture's id."""
    query = (
        sa.select(ProductImageVariant.image_id, ProductImageVariant.variant_id)
        .join(ProductImage, ProductImage.id == ProductImageVariant.image_id)
        .where(ProductImage.product_id == product_id)
    )
    found: dict[UUID, set[ProductId]] = defaultdict(set)
    for image_id, variant_id in db.session.execute(query):
        found[image_id].add(variant_id)
    return found


def get_page_input(row: Product) -> PageInput:
    """Return the input that leaves the page of ``row`` unchanged. Two statements."""
    categories = sa.select(ProductCategory.category_id).where(ProductCategory.product_id == row.id)
    filters = _filters(row.id)
    return PageInput(
        name=row.name,
        slug=row.slug,
        summary=row.summary,
        description=row.description,
        description_html=row.description_html,
        care=row.care,
        origin=row.origin,
        dimensions=row.dimensions,
        vendor=row.vendor,
        status=row.status,
        category_ids=tuple(db.session.scalars(categories.order_by(ProductCategory.position))),
        materials=filters[AttributeKind.MATERIAL],
        colours=filters[AttributeKind.COLOUR],
        sizes=filters[AttributeKind.SIZE],
        tags=filters[AttributeKind.TAG],
        seo_title=row.seo_title,
        seo_description=row.seo_description,
        source_urls=tuple(row.source_urls),
        published_at=row.published_at,
    )


def get_variant_input(row: Product) -> VariantInput:
    """Return the input that leaves the variant ``row`` unchanged. One statement."""
    filters = _filters(row.id)
    return VariantInput(
        option_values=dict(row.option_values),
        sold=get_sku_input(row),
        materials=filters[AttributeKind.MATERIAL],
        colours=filters[AttributeKind.COLOUR],
        sizes=filters[AttributeKind.SIZE],
        source_urls=tuple(row.source_urls),
    )


def get_sku_input(row: Product) -> SkuInput:
    """Return the input that leaves SKU, price and weight of ``row`` unchanged."""
    return SkuInput(
        sku=row.sku or "",
        price=Money(row.price or 0, row.currency),
        sale_price=None if row.sale_price is None else Money(row.sale_price, row.currency),
        sale_starts_at=row.sale_starts_at,
        sale_ends_at=row.sale_ends_at,
        cost=None if row.cost is None else Money(row.cost, row.currency),
        weight_grams=row.weight_grams,
        tax_class=row.tax_class,
        is_gift_card=row.is_gift_card,
        one_of_a_kind=row.one_of_a_kind,
    )


def _filters(product_id: ProductId) -> dict[AttributeKind, tuple[str, ...]]:
    found: dict[AttributeKind, tuple[str, ...]] = dict.fromkeys(AttributeKind, ())
    query = sa.select(ProductAttribute).where(ProductAttribute.product_id == product_id)
    for row in db.session.scalars(query.order_by(ProductAttribute.position)):
        found[row.kind] = (*found[row.kind], row.value)
    return found
