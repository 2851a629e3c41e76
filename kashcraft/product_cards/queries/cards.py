"""Cards of pieces: one statement for any number of them, with prices, stock and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from kashcraft.catalogue.models import Kind, Product, Status
from kashcraft.catalogue.queries import tree
from kashcraft.core import reading
from kashcraft.inventory.models import Inventory
from kashcraft.product_cards.queries.columns import free_units, main_shelf, pictures_text, sellable
from kashcraft.product_cards.rules import Card, Sellable, build_card

_is_page = Product.parent_id.is_(None)
_FREE = (
    sa.select(Inventory.available)
    .where(Inventory.product_id == Product.id)
    .correlate(Product)
    .scalar_subquery()
)
_COLUMNS = sa.select(
    Product.id,
    Product.parent_id,
    Product.kind,
    Product.status,
    Product.name,
    Product.slug,
    Product.option_names,
    Product.price,
    Product.sale_price,
    Product.sale_starts_at,
    Product.sale_ends_at,
    Product.currency,
    Product.rating_count,
    Product.rating_total,
    Product.published_at,
    # A join would tempt PostgreSQL into reading the whole of a large stock table for two dozen rows of it.
    free_units(_FREE).label("free"),
    sa.case((_is_page, main_shelf())).label("shelf_id"),
    sa.case((_is_page, pictures_text(2))).label("pictures"),
)


@cache
def _statement(*, arrays: bool) -> Any:
    """Return the statement for any number of ids, which come as one array where the database has them."""
    owner: Any
    conditions = []
    for owner in (Product.id, Product.parent_id):
        if arrays:
            conditions.append(owner == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid()))))
        else:
            conditions.append(owner.in_(sa.bindparam("ids", expanding=True)))
    return _COLUMNS.where(sa.or_(*conditions))


def cards(product_ids: Sequence[UUID], now: datetime) -> list[Card]:
    """Return the cards of ``product_ids`` in that order, without those that are not shown or cannot be
    bought.

    Stock is what is free by the last sweep: holds beyond their time may still count for half a minute. One
    statement, none for no ids.
    """
    if not product_ids:
        return []
    statement = _statement(arrays=reading.is_postgres())
    made = _build(reading.rows(statement, {"ids": list(product_ids)}), now)
    return [made[product_id] for product_id in product_ids if product_id in made]


def _build(rows: Sequence[Any], now: datetime) -> dict[UUID, Card]:
    """Return the cards by page id."""
    pages: list[Any] = []
    sold: dict[UUID, list[Sellable]] = {}
    for row in rows:
        # Not a condition of the statement: planners would walk all active products for it.
        if row.status is not Status.ACTIVE:
            continue
        if row.parent_id is None:
            pages.append(row)
        if row.kind is not Kind.FAMILY:
            sold.setdefault(row.parent_id or row.id, []).append(sellable(row, now, row.free))
    shelves = tree().by_id
    made = {}
    for row in pages:
        if row.id in sold:
            shelf = shelves.get(row.shelf_id)
            made[row.id] = build_card(row, sold[row.id], shelf.name if shelf else "", now)
    return made
