"""Changes to existing products: content, prices, addresses, ratings and status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kashcraft.catalogue.models import Kind, Product, RedirectKind, Status
from kashcraft.catalogue.rules import PageInput, SkuInput, checked_price
from kashcraft.catalogue.services.archiving import archive_page, restore_page
from kashcraft.catalogue.services.details import set_attributes, set_categories
from kashcraft.catalogue.services.prices import assign_prices, record_prices
from kashcraft.catalogue.services.products import load_product, page_columns, refuse_taken_skus, sku_columns
from kashcraft.catalogue.services.slugs import add_redirect, claim_slug
from kashcraft.catalogue.services.version import touch
from kashcraft.core.bus import publish
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.events.catalogue import ProductChanged


def update_product(
    *, product_id: ProductId, page: PageInput | None = None, sold: SkuInput | None = None
) -> list[str]:
    """Give a product exactly the values of ``page`` and ``sold`` and return the names of those that differed.

    ``page`` is for rows with a page, ``sold`` for rows that can be bought. A new slug changes the address;
    without a slug it stays. A product with variants archives them with it and restores those that were
    archived with it. Raises NotFound and DomainError: has_no_page, is_not_sold, slug_taken, sku_taken, and
    those of ``rules.checked_price``.
    """
    product = load_product(product_id)
    if page is not None and product.kind is Kind.VARIANT:
        raise DomainError("has_no_page")
    if sold is not None and product.kind is Kind.PARENT:
        raise DomainError("is_not_sold")
    changed = _update_page(product, page) if page is not None else []
    changed += _update_sold(product, sold) if sold is not None else []
    if changed:
        touch(product_ids=[product.page_id])
        publish(ProductChanged(product.page_id))
    return changed


def set_price(
    *,
    product_id: ProductId,
    price: Money,
    sale_price: Money | None = None,
    sale_starts_at: datetime | None = None,
    sale_ends_at: datetime | None = None,
) -> Product:
    """Set the price and the sale of a product or variant and return it; without ``sale_price`` the sale ends.

    Raises NotFound and DomainError: is_not_sold, and those of ``rules.checked_price``.
    """
    product = load_product(product_id)
    if product.sku is None:
        raise DomainError("is_not_sold")
    sold = SkuInput(
        sku=product.sku,
        price=price,
        sale_price=sale_price,
        sale_starts_at=sale_starts_at,
        sale_ends_at=sale_ends_at,
        cost=Money(product.cost, product.currency) if product.cost is not None else None,
        weight_grams=product.weight_grams,
        tax_class=product.tax_class,
        is_gift_card=product.is_gift_card,
        one_of_a_kind=product.one_of_a_kind,
    )
    update_product(product_id=product_id, sold=sold)
    return product


def rename_product(*, product_id: ProductId, slug: str) -> Product:
    """Change the address of a product page; the old one redirects to it. Raises as ``update_product``."""
    product = load_product(product_id)
    if _rename(product, slug):
        touch(product_ids=[product.id])
        publish(ProductChanged(product.id))
    return product


def set_rating(*, product_id: ProductId, count: int, total: int) -> None:
    """Store the number and the sum of a page's published scores of 1 to 5."""
    rated = sa.update(Product).where(Product.id == product_id).values(rating_count=count, rating_total=total)
    db.session.execute(rated)
    touch(product_ids=[product_id])
    publish(ProductChanged(product_id))


def count_sold(*, sold: Mapping[ProductId, int]) -> None:
    """Add units to the sales count of each page.

    The catalogue version stays: the order by popularity follows with the next change of the page.
    """
    for page_id in sorted(sold):
        counted = sa.update(Product).where(Product.id == page_id)
        db.session.execute(counted.values(sold_count=Product.sold_count + sold[page_id]))


def _update_page(product: Product, page: PageInput) -> list[str]:
    columns = page_columns(page)
    if page.published_at is None and product.published_at is not None:
        columns["published_at"] = product.published_at
    if page.publish_at is None and page.status is Status.DRAFT:
        columns["publish_at"] = product.publish_at
    changed = ["status"] if _move(product, page.status) else []
    changed += _assign(product, columns)
    if page.slug and _rename(product, page.slug):
        changed.append("slug")
    if "name" in changed:
        variants = sa.update(Product).where(Product.parent_id == product.id)
        db.session.execute(variants.values(name=page.name, name_key=columns["name_key"]))
    if set_categories(product_id=product.id, category_ids=page.category_ids):
        changed.append("categories")
    changed += [kind.value for kind in set_attributes(product_id=product.id, values=page.attributes())]
    return changed


def _move(page: Product, status: Status) -> bool:
    """Change the status of a page with that of its variants; return whether it has changed."""
    if status is page.status:
        return False
    if status is Status.ARCHIVED:
        return archive_page(page)
    if page.status is Status.ARCHIVED:
        restore_page(page, status)
    page.status = status
    return True


def _update_sold(product: Product, sold: SkuInput) -> list[str]:
    checked_price(sold)
    refuse_taken_skus([sold.sku], except_ids=[product.id])
    old_price = product.price
    changed = assign_prices(product, sold)
    if changed:
        record_prices([(product, old_price)])
    return changed + _assign(product, sku_columns(sold))


def _assign(product: Product, columns: Mapping[str, Any]) -> list[str]:
    changed = [name for name, value in columns.items() if getattr(product, name) != value]
    for name in changed:
        setattr(product, name, columns[name])
    return [name for name in changed if name != "name_key"]


def _rename(product: Product, slug: str) -> bool:
    if product.slug is None:
        raise DomainError("has_no_page")
    if slug == product.slug:
        return False
    old = product.slug
    product.slug = claim_slug(RedirectKind.PRODUCT, slug, product.name, owner_id=product.id)
    add_redirect(RedirectKind.PRODUCT, old, product.id)
    return True
