"""New products, and the columns that all product rows have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kashcraft.catalogue.models import Kind, Product, RedirectKind, Status
from kashcraft.catalogue.rules import PageInput, SkuInput, checked_price, clean_html, render_markdown
from kashcraft.catalogue.services.details import add_filters, write_categories
from kashcraft.catalogue.services.prices import open_prices, price_columns
from kashcraft.catalogue.services.slugs import claim_slug
from kashcraft.catalogue.services.version import touch
from kashcraft.core import clock
from kashcraft.core.bus import publish
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import ProductId, new_id
from kashcraft.core.text_folding import search_key
from kashcraft.events.catalogue import ProductChanged


def create_product(*, page: PageInput, sold: SkuInput, priced_since: datetime | None = None) -> Product:
    """Create a product without variants and return it; the inventory opens its stock.

    ``priced_since`` is since when it has had its price, for a product that was sold before.
    Raises DomainError: slug_taken, slug_empty, sku_taken, and those of ``rules.checked_price``.
    """
    checked_price(sold)
    refuse_taken_skus([sold.sku])
    product = Product(
        id=new_id(),
        kind=Kind.SINGLE,
        slug=claim_slug(RedirectKind.PRODUCT, page.slug, page.name),
        archived_at=clock.now() if page.status is Status.ARCHIVED else None,
        **page_columns(page),
        **sku_columns(sold),
        **price_columns(sold),
    )
    db.session.add(product)
    open_prices([product], since=priced_since)
    add_page_rows(product, page)
    return product


def add_page_rows(product: Product, page: PageInput) -> None:
    """Insert the categories and filters of a new page and publish the change."""
    db.session.flush()  # its categories and filters are inserted directly and refer to the row
    write_categories(product.id, page.category_ids)
    add_filters({product.id: page.attributes()})
    touch(product_ids=[product.id])
    publish(ProductChanged(product.id))


def page_columns(page: PageInput) -> dict[str, Any]:
    """Return the columns of a product row for ``page``, without the slug."""
    published = page.published_at or (clock.now() if page.status is Status.ACTIVE else None)
    columns = {
        "name": page.name,
        "name_key": search_key(page.name),
        "summary": page.summary,
        "description": page.description,
        "description_html": render_markdown(page.description)
        if page.description_html is None
        else clean_html(page.description_html),
        "care": page.care,
        "origin": page.origin,
        "dimensions": page.dimensions,
        "vendor": page.vendor,
        "status": page.status,
        "seo_title": page.seo_title,
        "seo_description": page.seo_description,
        "source_urls": list(page.source_urls),
        "published_at": published,
        "publish_at": page.publish_at if page.status is Status.DRAFT else None,
    }
    return columns | (asdict(page.safety) if page.safety is not None else {})


def sku_columns(sold: SkuInput) -> dict[str, Any]:
    """Return the columns of a product row for ``sold``, without its prices."""
    return {
        "sku": sold.sku.strip(),
        "cost": sold.cost.minor if sold.cost is not None else None,
        "weight_grams": sold.weight_grams,
        "tax_class": sold.tax_class,
        "is_gift_card": sold.is_gift_card,
        "one_of_a_kind": sold.one_of_a_kind,
    }


def refuse_taken_skus(skus: Sequence[str], *, except_ids: Sequence[ProductId] = ()) -> None:
    """Raise DomainError('sku_taken') if another product has one of ``skus``."""
    taken = sa.select(Product.sku).where(Product.sku.in_([sku.strip() for sku in skus]))
    sku = db.session.scalar(taken.where(Product.id.not_in(except_ids)).limit(1))
    if sku is not None:
        raise DomainError("sku_taken", field="sku", sku=sku)


def load_product(product_id: ProductId) -> Product:
    """Return a product row. Raises NotFound."""
    product = db.session.scalar(sa.select(Product).where(Product.id == product_id))
    if product is None:
        raise NotFound("not_found", product_id=str(product_id))
    return product
