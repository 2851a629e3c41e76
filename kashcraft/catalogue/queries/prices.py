"""The histories of prices."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from kashcraft.catalogue.models import PriceChange, Product
from kashcraft.core.db import db
from kashcraft.core.ids import ProductId


def list_price_changes(product_ids: Collection[ProductId]) -> Sequence[PriceChange]:
    """Return the price histories of products or variants, the oldest entries first.

    One statement, none for no ids.
    """
    if not product_ids:
        return []
    history = sa.select(PriceChange).where(PriceChange.product_id.in_(product_ids))
    return db.session.scalars(history.order_by(PriceChange.changed_at, PriceChange.id)).all()


def recorded_prices() -> sa.Select[ProductId, int, int]:
    """Return the statement of (product, price in the last entry of its history, current price) for all that
    can be bought.

    A product without a history has -1 in place of the recorded price.
    """
    recorded = sa.func.coalesce(_last_entry(PriceChange.price), -1)
    return sa.select(Product.id, recorded, _or_none(Product.price)).where(Product.price.is_not(None))


def recorded_sale_prices() -> sa.Select[ProductId, int, int]:
    """Return the statement of ``recorded_prices`` for sale prices; 0 stands for no sale."""
    recorded = sa.func.coalesce(_last_entry(PriceChange.sale_price), 0)
    return sa.select(Product.id, recorded, _or_none(Product.sale_price)).where(Product.price.is_not(None))


def _or_none(amount: InstrumentedAttribute[int | None]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(amount, 0)


def _last_entry(
    amount: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
) -> sa.ColumnElement[int]:
    return (
        sa.select(sa.func.coalesce(amount, 0))
        .where(PriceChange.product_id == Product.id)
        .order_by(PriceChange.changed_at.desc(), PriceChange.id.desc())
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )
