"""Offers of products by their ids: the one answer for every page that shows some.

A statement of another package that has products in it takes ``OFFER`` among its columns and goes through
``with_page_and_picture``; ``rules.offer_of`` then makes the offer of a row, so that a cart needs no further
statement.
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
from kashcraft.product_cards.rules import Offer, OfferRow, offer_of, offer_of_family

PAGE = Product.__table__.alias("page")
OFFER = (
    Product.id.label("product_id"), Product.parent_id, (Product.kind == Kind.PARENT).label("is_family"),
    # A variant is on sale no longer, and no sooner, than the page that it belongs to.
    sa.and_(
        Product.status == Status.ACTIVE, sa.func.coalesce(PAGE.c.status, Product.status) == Status.ACTIVE
    ).label("is_active"), Product.sku,
    sa.func.coalesce(PAGE.c.name, Product.name).label("name"),
    sa.func.coalesce(PAGE.c.slug, Product.slug, "").label("slug"),
    PAGE.c.option_names.label("option_names"), Product.option_values,
    Product.price, Product.sale_price, Product.sale_starts_at, Product.sale_ends_at, Product.currency,
    Product.is_gift_card, Product.one_of_a_kind, Product.weight_grams, Product.tax_class,
    sa.func.coalesce(PAGE.c.rating_count, Product.rating_count).label("rating_count"),
    sa.func.coalesce(PAGE.c.rating_total, Product.rating_total).label("rating_total"),
    ProductImage.stem, ProductImage.alt, ProductImage.width, ProductImage.height, ProductImage.widths,
)  # fmt: skip


def with_page_and_picture(found: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """Return a statement whose rows have a product, with what ``OFFER`` needs beside it."""
    return found.outerjoin(PAGE, PAGE.c.id == Product.parent_id).outerjoin(
        ProductImage, ProductImage.id == first_picture()
    )


def list_offers(product_ids: Collection[ProductId], *, now: datetime | None = None) -> dict[ProductId, Offer]:
    """Return the offer of each product, or variant, in the order asked for, at ``now`` or the present moment.

    What is no longer on sale is in the answer, and not active; what never had a price, or does not exist, is
    left out. Holds beyond their time count as free. Two statements, however many products; none for none.
    """
    if not product_ids:
        return {}
    rows = autocommit.rows(_statement(arrays=autocommit.is_postgres()), {"ids": list(product_ids)})
    stock = inventory.get_stock([row.product_id for row in rows if _is_stocked(row)])
    moment, sold = now or clock.now(), _variants(rows)
    by_id, offers = {row.product_id: row for row in rows}, {}
    for product_id in product_ids:
        row = by_id.get(product_id)
        if row is None:
            continue
        if not row.is_family:
            offers[product_id] = offer_of(row, stock.get(product_id, UNLIMITED), moment)
        elif product_id in sold:
            offers[product_id] = offer_of_family(row, sold[product_id], stock, moment)
    return offers


@cache
def _statement(*, arrays: bool) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement for products and, of those with variants, all of these."""
    ids, parents = (
        autocommit.among(Product.id, arrays=arrays),
        autocommit.among(Product.parent_id, arrays=arrays),
    )
    found = sa.select(*OFFER).select_from(Product).where(sa.or_(ids, parents)).order_by(Product.position)
    return with_page_and_picture(found)


def _is_stocked(row: OfferRow) -> bool:
    return not row.is_family and not row.is_gift_card


def _variants(rows: Iterable[OfferRow]) -> dict[ProductId, list[OfferRow]]:
    """Return by family its variants on sale, or all that it had where none is on sale."""
    had: dict[ProductId, list[OfferRow]] = {}
    for row in rows:
        if row.parent_id is not None:
            had.setdefault(row.parent_id, []).append(row)
    return {
        family: [row for row in variants if row.is_active] or variants for family, variants in had.items()
    }
