"""Whether a product is counted at all: what is not is sold without end, and leaves no trace in the stock.

The stock row alone says so. Switching takes it like every claim does, so that each of two steps finds the
other's answer. Holds stay as they are, whoever holds them: they weigh on the stock while it is counted.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import bus
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.events.inventory import StockFreed
from kashcraft.inventory import rules
from kashcraft.inventory.models import InventoryReservation, LogReason, ReservationStatus
from kashcraft.inventory.services import levels
from kashcraft.inventory.services.ledger import LOG
from kashcraft.inventory.services.levels import Level


def start_counting(
    *, product_id: UUID, quantity: int, user_id: UUID | None = None, notes: str | None = None
) -> bool:
    """Count a product from now on, with ``quantity`` units on hand; return False where it is counted already.

    What orders hold that are not paid yet is among the units, and held. Raises NotFound without a stock
    record, ValueError below 0, and DomainError('fewer_than_held', held=) for fewer units than those.
    """
    if quantity < 0:
        raise ValueError("nobody counts fewer than none")
    level = _level(product_id)
    if level.is_counted:
        return False
    # The stock row is locked: whoever ends one of these holds meanwhile takes its units off afterwards.
    held = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(InventoryReservation.quantity), 0)).where(
            InventoryReservation.product_id == product_id,
            InventoryReservation.status == ReservationStatus.ACTIVE,
        )
    )
    held = int(held or 0)
    if quantity < held:
        raise DomainError("fewer_than_held", held=held)
    free = quantity - held
    _set(product_id, is_counted=True, quantity=quantity, reserved=held, armed=free > level.reorder_level)
    _enter(product_id, quantity, quantity, user_id, notes or "Counted from now on")
    levels.tell_crossing(product_id, level.available, free, level.reorder_level)
    return True


def stop_counting(*, product_id: UUID, user_id: UUID | None = None, notes: str | None = None) -> bool:
    """Sell a product without counting it from now on; return False where nobody counts it already.

    What was on hand leaves the ledger as an adjustment. What orders hold stays theirs. Raises NotFound
    without a stock record.
    """
    level = _level(product_id)
    if not level.is_counted:
        return False
    _set(product_id, is_counted=False, quantity=0, reserved=0, armed=True)
    _enter(product_id, -level.quantity, 0, user_id, notes or "No longer counted")
    levels.tell_crossing(product_id, level.available, rules.UNCOUNTED, level.reorder_level)
    bus.publish(StockFreed(product_id, quantity=rules.UNCOUNTED))
    return True


def _level(product_id: UUID) -> Level:
    level = levels.read([product_id]).get(product_id)
    if level is None:
        raise NotFound("no_stock_record", product_id=str(product_id))
    return level


def _set(product_id: UUID, *, is_counted: bool, quantity: int, reserved: int, armed: bool) -> None:
    db.session.execute(
        sa.update(levels.STOCK)
        .where(levels.STOCK.c.product_id == product_id)
        .values(is_counted=is_counted, quantity=quantity, reserved=reserved, low_stock_armed=armed)
    )


def _enter(product_id: UUID, change: int, balance: int, user_id: UUID | None, notes: str) -> None:
    """Write the ledger row of a switch, none where nothing is on hand."""
    if not change:
        return
    row = {
        "id": new_id(), "idempotency_key": f"counting:{new_id()}", "product_id": product_id,
        "quantity_change": change, "new_quantity": balance, "reason": LogReason.ADJUSTMENT,
        "user_id": user_id, "notes": notes,
    }  # fmt: skip
    db.session.execute(sa.insert(LOG), [row])
