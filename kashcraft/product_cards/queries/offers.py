"""Offers of products by id, for every page that shows products outside of a list.

A statement of another package that selects products adds the columns of ``OFFER`` and passes through
``with_page_and_picture``; ``rules.build_offer`` then builds the offer of a row, so that a cart needs no
further statement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from kashcraft.catalogue.models import Kind, Product, ProductImage, Status
from kashcraft.core import autocommit, clock
from kashcraft.core.ids import ProductId
from kashcraft.inventory import queries as inventory
from kashcraft.inventory.rules import UNLIMITED
from kashcraft.product_cards.queries.columns import first_picture
from kashcraft.product_cards.rules import Offer, OfferRow, build_offer, build_offer_with_variants

PAGE = Product.__table__.alias("page")
OFFER = (
    Product.id.label("product_id"), Product.parent_id, (Product.kind == Kind.PARENT).label("has_variants"),
    # A variant can only be bought while its page is active.
    sa.and_(
        Product.status == Status.ACTIVE, sa.func.coalesce(PAGE.c.status, Product.status) == Status.ACTIVE
    ).label("is_active"), Product.sku,
    sa.func.coalesce(PAGE.c.name, Product.name).label("name"),
    sa.func.coalesce(PAGE.c.slug, Product.slug, "").label("slug"),
    PAGE.c.option_names.label("option_names"), Product.option_values,
    Product.price, Product.sale_price, Product.sale_starts_at, Product.sale_ends_at, Product.reference_price,
    Product.currency,
    Product.is_gift_card, Product.one_of_a_kind, Product.weight_grams, Product.tax_class,
    sa.func.coalesce(PAGE.c.rating_count, Product.rating_count).label("rating_count"),
    sa.func.coalesce(PAGE.c.rating_total, Product.rating_total).label("rating_total"),
    ProductImage.stem, ProductImage.alt, ProductImage.width, ProductImage.height, ProductImage.widths,
)  # fmt: skip


def with_page_and_picture(found: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """Return a statement that selects products, joined with the tables that ``OFFER`` needs."""
    return found.outerjoin(PAGE, PAGE.c.id == Product.parent_id).outerjoin(
        ProductImage, ProductImage.id == first_picture()
    )


def list_offers(product_ids: Collection[ProductId], *, now: datetime | None = None) -> dict[ProductId, Offer]:
    """Return the offers of products or variants by id, in the given order, at ``now`` or the current time.

    Products that are no longer sold are included and not active; products without any price, or that do not
    exist, are left out. Expired holds count as free. Two statements, none for no ids.
    """
    if not product_ids:
        return {}
    rows = autocommit.rows(_statement(arrays=autocommit.is_postgres()), {"ids": list(product_ids)})
    stock = inventory.get_stock([row.product_id for row in rows if _is_stocked(row)])
    moment, variants = now or clock.now(), _variants(rows)
    by_id, offers = {row.product_id: row for row in rows}, {}
    for product_id in product_ids:
        row = by_id.get(product_id)
        if row is None:
            continue
        if not row.has_variants:
            offers[product_id] = build_offer(row, stock.get(product_id, UNLIMITED), moment)
        elif product_id in variants:
            offers[product_id] = build_offer_with_variants(row, variants[product_id], stock, moment)
    return offers


@cache
def _statement(*, arrays: bool) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement for products and their variants."""
    ids, parents = (
        autocommit.among(Product.id, arrays=arrays),
        autocommit.among(Product.parent_id, arrays=arrays),
    )
    found = sa.select(*OFFER).select_from(Product).where(sa.or_(ids, parents)).order_by(Product.position)
    return with_page_and_picture(found)


def _is_stocked(row: OfferRow) -> bool:
    return not row.has_variants and not row.is_gift_card


def _variants(rows: Iterable[OfferRow]) -> dict[ProductId, list[OfferRow]]:
    """Return the active variants by the id of their product, or all of them where none is active."""
    had: dict[ProductId, list[OfferRow]] = {}
    for row in rows:
        if row.parent_id is not None:
            had.setdefault(row.parent_id, []).append(row)
    return {
        parent: [row for row in variants if row.is_active] or variants for parent, variants in had.items()
    }
