"""Reads of free units and holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import autocommit, clock
from kashcraft.core.db import db
from kashcraft.core.ids import ProductId
from kashcraft.inventory.models import HolderKind, Inventory, InventoryReservation, ReservationStatus
from kashcraft.inventory.queries.availability import free_units, held_until, is_being_bought
from kashcraft.inventory.rules import Stock

_NOW = sa.bindparam("now", type_=InventoryReservation.expires_at.type)


class StockSnapshot(Protocol):
    """The stock of a product for lists; both values are None without a stock record.

    ``free`` is the number of free units at the last release of expired holds, ``is_held`` whether a
    customer who is paying holds the last of them.
    """

    id: ProductId
    free: int | None
    is_held: bool | None


_STOCK = sa.select(
    Inventory.product_id,
    free_units(_NOW).label("free"),
    held_until(_NOW).label("held_until"),
    Inventory.most_per_order,
).where(Inventory.product_id.in_(sa.bindparam("wanted", expanding=True)))


def get_free_units(product_ids: Iterable[ProductId]) -> dict[ProductId, int]:
    """Return the units of each product that can be bought now, including those in expired holds.

    The value is UNCOUNTED for a product that is not counted, and 0 without a stock record. Every id is in
    the result. One statement.
    """
    return {product_id: one.free for product_id, one in get_stock(product_ids).items()}


def get_stock(product_ids: Iterable[ProductId]) -> dict[ProductId, Stock]:
    """Return the stock of each product: free units, the end of the first hold, and the limit per order.

    Every id is in the result, with nothing free without a stock record. One statement.
    """
    wanted = list(product_ids)
    rows = autocommit.rows(_STOCK, {"wanted": wanted, "now": clock.now()})
    found = {row.product_id: Stock(row.free, row.held_until, row.most_per_order) for row in rows}
    return dict.fromkeys(wanted, Stock()) | found


def list_stock_snapshots(product_ids: Sequence[ProductId]) -> Sequence[StockSnapshot]:
    """Return the stock of products for lists, without products that have no stock record.

    The values are those of the last release of expired holds. One statement, none without ids.
    """
    if not product_ids:
        return []
    return autocommit.rows(_stock_snapshots(arrays=autocommit.is_postgres()), {"ids": product_ids})


@cache
def _stock_snapshots(*, arrays: bool) -> sa.Executable:
    return sa.select(
        Inventory.product_id.label("id"), free_units().label("free"), is_being_bought().label("is_held")
    ).where(autocommit.among(Inventory.product_id, arrays=arrays))


def list_scarce(product_ids: Collection[ProductId]) -> set[ProductId]:
    """Return the products that can run out, which are those that are counted. One statement."""
    found = sa.select(Inventory.product_id).where(
        Inventory.product_id.in_(product_ids), Inventory.is_counted.is_(False)
    )
    return set(product_ids) - set(db.session.scalars(found))


def get_held_units(
    *, holder_kind: HolderKind, holder_id: UUID, now: datetime | None = None
) -> dict[ProductId, int]:
    """Return the units by product of a holder. With ``now`` expired holds are left out. One statement."""
    found = sa.select(InventoryReservation.product_id, InventoryReservation.quantity).where(
        InventoryReservation.holder_kind == holder_kind,
        InventoryReservation.holder_id == holder_id,
        InventoryReservation.status == ReservationStatus.ACTIVE,
    )
    if now is not None:
        found = found.where(InventoryReservation.expires_at > now)
    return {row.product_id: row.quantity for row in autocommit.rows(found)}
