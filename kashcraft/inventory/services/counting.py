"""Whether a product is counted at all: what is not is sold without end, and leaves no trace in the stock.

The stock row alone says so. Switching takes it like every claim does, so that each of two steps finds the
other's answer. Holds stay as they are, whoever holds them: they weigh on the stock while it is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from kashcraft.core import activity_log, bus
from kashcraft.core.db import BATCH_SIZE, db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import ProductId, UserId, new_id
from kashcraft.events.inventory import StockFreed
from kashcraft.inventory import rules
from kashcraft.inventory.models import InventoryReservation, LogReason, ReservationStatus
from kashcraft.inventory.services import levels
from kashcraft.inventory.services.ledger import LOG
from kashcraft.inventory.services.levels import Level

_SWITCH = (
    sa.update(levels.STOCK)
    .where(levels.STOCK.c.product_id == sa.bindparam("of_product"))
    .values({
        name: sa.bindparam(f"new_{name}", type_=levels.STOCK.c[name].type)
        for name in ("is_counted", "quantity", "reserved", "low_stock_armed")
    })
)  # fmt: skip


def start_counting(
    *, product_id: ProductId, quantity: int, user_id: UserId | None = None, notes: str | None = None
) -> bool:
    """Count a product from now on, with ``quantity`` units on hand; return False where it is counted already.

    What orders hold that are not paid yet is among the units, and held. Raises NotFound without a stock
    record, ValueError below 0, and DomainError('fewer_than_held', held=) for fewer units than those.
    """
    return product_id in switch_counting(counts={product_id: quantity}, user_id=user_id, notes=notes)


def stop_counting(*, product_id: ProductId, user_id: UserId | None = None, notes: str | None = None) -> bool:
    """Sell a product without counting it from now on; return False where nobody counts it already.

    What was on hand leaves the ledger as an adjustment. What orders hold stays theirs. Raises NotFound
    without a stock record.
    """
    return product_id in switch_counting(counts={product_id: None}, user_id=user_id, notes=notes)


def switch_counting(
    *, counts: Mapping[ProductId, int | None], user_id: UserId | None = None, notes: str | None = None
) -> set[ProductId]:
    """Count products from now on, each with its units on hand, or no longer where there are None; return
    those that were switched, for what is so already stays as it is.

    Four statements for every 5,000 products, so that their rows are locked for as short as may be. Raises
    NotFound without a stock record, ValueError below 0, and DomainError('fewer_than_held', held=, shortages=)
    where unpaid orders hold more than a product's units: of the first, and of all by their ids as text.
    """
    if any(units is not None and units < 0 for units in counts.values()):
        raise ValueError("nobody counts fewer than none")
    order, switched = sorted(counts), set[ProductId]()
    for first in range(0, len(order), BATCH_SIZE):
        some = {product_id: counts[product_id] for product_id in order[first : first + BATCH_SIZE]}
        switched |= _switch(some, user_id, notes)
    return switched


def _switch(
    counts: Mapping[ProductId, int | None], user_id: UserId | None, notes: str | None
) -> set[ProductId]:
    found = levels.read(counts)
    missing = [product_id for product_id in counts if product_id not in found]
    if missing:
        raise NotFound("no_stock_record", product_id=str(missing[0]))
    wanted = {one: units for one, units in counts.items() if found[one].is_counted is (units is None)}
    if not wanted:
        return set()
    after = _levels_after(wanted, found)
    db.session.execute(_SWITCH, [_values(product_id, level) for product_id, level in after.items()])
    entries = [
        {
            "id": new_id(), "idempotency_key": f"counting:{new_id()}", "product_id": product_id,
            "quantity_change": level.quantity - found[product_id].quantity, "new_quantity": level.quantity,
            "reason": LogReason.ADJUSTMENT, "user_id": user_id,
            "notes": notes or ("Counted from now on" if level.is_counted else "No longer counted"),
        }
        for product_id, level in after.items()
        if level.quantity != found[product_id].quantity
    ]  # fmt: skip
    if entries:
        db.session.execute(sa.insert(LOG), entries)
    _tell(found, after)
    activity_log.note(
        "stock",
        act="counting_switched",
        product_id=next(iter(after)) if len(after) == 1 else None,
        products=len(after),
    )
    return set(after)


def _levels_after(
    wanted: Mapping[ProductId, int | None], found: Mapping[ProductId, Level]
) -> dict[ProductId, Level]:
    """Return the stock of each product once it is switched. Raises DomainError('fewer_than_held')."""
    held = _held(product_id for product_id, units in wanted.items() if units is not None)
    short = {str(one): held[one] for one, units in wanted.items() if units is not None and units < held[one]}
    if short:
        raise DomainError("fewer_than_held", held=next(iter(short.values())), shortages=short)
    return {
        product_id: Level(
            quantity=units or 0,
            reserved=held.get(product_id, 0),
            reorder_level=found[product_id].reorder_level,
            is_counted=units is not None,
        )
        for product_id, units in wanted.items()
    }


def _held(product_ids: Iterable[ProductId]) -> dict[ProductId, int]:
    """Return what is held of each product.

    The stock rows are locked: whoever ends one of these holds meanwhile takes its units off afterwards.
    """
    wanted = list(product_ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(InventoryReservation.product_id, sa.func.sum(InventoryReservation.quantity))
        .where(
            InventoryReservation.product_id.in_(wanted),
            InventoryReservation.status == ReservationStatus.ACTIVE,
        )
        .group_by(InventoryReservation.product_id)
    )
    return dict.fromkeys(wanted, 0) | {product_id: int(units) for product_id, units in rows}


def _values(product_id: ProductId, level: Level) -> dict[str, Any]:
    return {
        "of_product": product_id,
        "new_is_counted": level.is_counted,
        "new_quantity": level.quantity,
        "new_reserved": level.reserved,
        "new_low_stock_armed": not level.is_counted or level.available > level.reorder_level,
    }


def _tell(before: Mapping[ProductId, Level], after: Mapping[ProductId, Level]) -> None:
    """Tell which products crossed 0 or their reorder level, and that there is no end of some."""
    for product_id, level in after.items():
        levels.tell_crossing(product_id, before[product_id].available, level.available, level.reorder_level)
        if not level.is_counted:
            bus.publish(StockFreed(product_id, quantity=rules.UNCOUNTED))
