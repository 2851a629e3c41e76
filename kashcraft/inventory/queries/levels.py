"""What is free, and what somebody holds."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock, reading
from kashcraft.core.db import db
from kashcraft.inventory.models import HolderKind, Inventory, InventoryReservation, ReservationStatus

_LAPSED = (
    sa.select(sa.func.sum(InventoryReservation.quantity))
    .where(
        InventoryReservation.product_id == Inventory.product_id,
        InventoryReservation.status == ReservationStatus.ACTIVE,
        InventoryReservation.expires_at <= sa.bindparam("now", type_=InventoryReservation.expires_at.type),
    )
    .correlate(Inventory)
    .scalar_subquery()
)
_FREE = sa.select(
    Inventory.product_id, (Inventory.available + sa.func.coalesce(_LAPSED, 0)).label("free")
).where(Inventory.product_id.in_(sa.bindparam("wanted", expanding=True)))


def free(product_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the units of each product that can be bought now: not held, or held beyond their time.

    Every id asked for is in the answer, with 0 where no stock was ever recorded. One statement.
    """
    wanted = list(product_ids)
    rows = reading.rows(_FREE, {"wanted": wanted, "now": clock.now()})
    return dict.fromkeys(wanted, 0) | {row.product_id: row.free for row in rows}


def held(*, holder_kind: HolderKind, holder_id: UUID) -> dict[UUID, int]:
    """Return the units by product that this holder holds, also beyond their time while nobody took them."""
    rows = db.session.execute(
        sa.select(InventoryReservation.product_id, InventoryReservation.quantity).where(
            InventoryReservation.holder_kind == holder_kind,
            InventoryReservation.holder_id == holder_id,
            InventoryReservation.status == ReservationStatus.ACTIVE,
        )
    )
    return {row.product_id: row.quantity for row in rows}
