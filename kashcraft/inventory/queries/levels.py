"""What is free, and what somebody holds."""

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


class SweptStock(Protocol):
    """The free units of a product by the last sweep, and whether somebody is paying for the last of them;
    both None without a stock row.
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
    """Return the units of each product that can be bought now: not held, or held beyond their time; UNCOUNTED
    where nobody counts.

    Every id asked for is in the answer, with 0 where no stock was ever recorded. One statement.
    """
    return {product_id: one.free for product_id, one in get_stock(product_ids).items()}


def get_stock(product_ids: Iterable[ProductId]) -> dict[ProductId, Stock]:
    """Return what can be bought of each product now, until when somebody who is paying holds more of it, and
    how many one order may hold.

    Every id asked for is in the answer, with nothing free where no stock was ever recorded. One statement.
    """
    wanted = list(product_ids)
    rows = autocommit.rows(_STOCK, {"wanted": wanted, "now": clock.now()})
    found = {row.product_id: Stock(row.free, row.held_until, row.most_per_order) for row in rows}
    return dict.fromkeys(wanted, Stock()) | found


def list_swept_stock(product_ids: Sequence[ProductId]) -> Sequence[SweptStock]:
    """Return what lists of products say of their stock, of each that has a stock row: what was free by the
    last sweep of holds beyond their time. One statement, none for none.
    """
    if not product_ids:
        return []
    return autocommit.rows(_swept_stock(arrays=autocommit.is_postgres()), {"ids": product_ids})


@cache
def _swept_stock(*, arrays: bool) -> sa.Executable:
    return sa.select(
        Inventory.product_id.label("id"), free_units().label("free"), is_being_bought().label("is_held")
    ).where(autocommit.among(Inventory.product_id, arrays=arrays))


def list_scarce(product_ids: Collection[ProductId]) -> set[ProductId]:
    """Return those of the products that can run out: all but those that are not counted. One statement."""
    found = sa.select(Inventory.product_id).where(
        Inventory.product_id.in_(product_ids), Inventory.is_counted.is_(False)
    )
    return set(product_ids) - set(db.session.scalars(found))


def get_held_units(
    *, holder_kind: HolderKind, holder_id: UUID, now: datetime | None = None
) -> dict[ProductId, int]:
    """Return the units by product that this holder holds; with ``now`` without those beyond their time, which
    count as free already. One statement.
    """
    found = sa.select(InventoryReservation.product_id, InventoryReservation.quantity).where(
        InventoryReservation.holder_kind == holder_kind,
        InventoryReservation.holder_id == holder_id,
        InventoryReservation.status == ReservationStatus.ACTIVE,
    )
    if now is not None:
        found = found.where(InventoryReservation.expires_at > now)
    rows = db.session.execute(found)
    return {row.product_id: row.quantity for row in rows}
