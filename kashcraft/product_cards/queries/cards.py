"""Cards of pieces: one statement for any number of them, with prices, stock and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.catalogue.models import Kind, Product, RelatedProduct, Status
from kashcraft.catalogue.queries import tree
from kashcraft.core.db import db
from kashcraft.inventory.models import Inventory
from kashcraft.product_cards.queries.columns import main_shelf, pictures_text, sellable
from kashcraft.product_cards.rules import Card, Sellable, build_card

_is_page = Product.parent_id.is_(None)
_COLUMNS = sa.select(
    Product.id,
    Product.parent_id,
    Product.kind,
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
    sa.func.coalesce(Inventory.available, 0).label("free"),
    sa.case((_is_page, main_shelf())).label("shelf_id"),
    sa.case((_is_page, pictures_text(2))).label("pictures"),
).outerjoin(Inventory, Inventory.product_id == Product.id)


def cards(
    product_ids: Sequence[UUID], now: datetime, *, related_to: UUID | None = None
) -> tuple[list[Card], list[Card]]:
    """Return the cards of ``product_ids`` in that order, and those of the pieces that go with
    ``related_to``.

    Pieces that are not shown or have nothing to buy are left out. Stock is what is free by the last sweep:
    holds beyond their time may still count for half a minute. One statement.
    """
    related = (
        sa.select(RelatedProduct.related_id, RelatedProduct.position)
        .where(RelatedProduct.product_id == related_to)
        .subquery()
    )
    wanted = sa.or_(Product.id.in_(product_ids), Product.parent_id.in_(product_ids))
    query = _COLUMNS.where(Product.status == Status.ACTIVE)
    if related_to is None:
        query = query.where(wanted)
    else:
        page = sa.func.coalesce(Product.parent_id, Product.id)
        query = (
            query.outerjoin(related, related.c.related_id == page)
            .where(sa.or_(wanted, related.c.related_id.is_not(None)))
            .add_columns(related.c.position.label("related"))
        )
    made, order = _build(db.session.execute(query).all(), now)
    return (
        [made[product_id] for product_id in product_ids if product_id in made],
        [made[product_id] for product_id in sorted(order, key=order.__getitem__) if product_id in made],
    )


def _build(rows: Sequence[Any], now: datetime) -> tuple[dict[UUID, Card], dict[UUID, int]]:
    """Return the cards by page id, and the places of those that came as related ones."""
    pages: list[Any] = []
    sold: dict[UUID, list[Sellable]] = {}
    order: dict[UUID, int] = {}
    for row in rows:
        if row.parent_id is None:
            pages.append(row)
            related = getattr(row, "related", None)
            if related is not None:
                order[row.id] = related
        if row.kind is not Kind.FAMILY:
            sold.setdefault(row.parent_id or row.id, []).append(sellable(row, now, row.free))
    shelves = tree().by_id
    made = {}
    for row in pages:
        if row.id in sold:
            shelf = shelves.get(row.shelf_id)
            made[row.id] = build_card(row, sold[row.id], shelf.name if shelf else "", now)
    return made, order
