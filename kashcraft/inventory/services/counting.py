"""Switching whether the stock of a product is counted. Uncounted products never run out.

Only the stock record says so. Switching locks it like every other change. Holds do not change: they
reduce the stock while it is counted.
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
    """Count a product from now on, with ``quantity`` units on hand; return False if it is already counted.

    Units held by unpaid orders are part of ``quantity``. Raises NotFound without a stock record,
    ValueError below 0, and DomainError('fewer_than_held', held=) for fewer units than are held.
    """
    return product_id in switch_counting(counts={product_id: quantity}, user_id=user_id, notes=notes)


def stop_counting(*, product_id: ProductId, user_id: UserId | None = None, notes: str | None = None) -> bool:
    """Stop counting a product; return False if it is not counted.

    The units on hand leave the ledger as an adjustment. Holds of orders remain. Raises NotFound without a
    stock record.
    """
    return product_id in switch_counting(counts={product_id: None}, user_id=user_id, notes=notes)


def switch_counting(
    *, counts: Mapping[ProductId, int | None], user_id: UserId | None = None, notes: str | None = None
) -> set[ProductId]:
    """Start or stop counting products; return those that were switched.

    ``counts`` are the units on hand by product, None to stop counting. Products already in the wanted
    state are left unchanged. Four statements for every 5,000 products, so that their rows are locked
    briefly.

    Raises NotFound without a stock record, ValueError below 0, and DomainError('fewer_than_held', held=,
    shortages=) if unpaid orders hold more units: ``held`` of the first such product, ``shortages`` of all
    by product id as text.
    """
    if any(units is not None and units < 0 for units in counts.values()):
        raise ValueError("a count is at least 0")
    order, switched = sorted(counts), set[ProductId]()
    for first in range(0, len(order), BATCH_SIZE):
        some = {product_id: counts[product_id] for product_id in order[first : first + BATCH_SIZE]}
        switched |= _switch(some, user_id, notes)
    return switched


def _switch(
    counts: Mapping[ProductId, int | None], user_id: UserId | None, notes: str | None
) -> set[ProductId]:
    found = levels.lock_levels(counts)
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
    _publish_changes(found, after)
    activity_log.note(
        "stock",
        action="counting_switched",
        product_id=next(iter(after)) if len(after) == 1 else None,
        products=len(after),
    )
    return set(after)


def _levels_after(
    wanted: Mapping[ProductId, int | None], found: Mapping[ProductId, Level]
) -> dict[ProductId, Level]:
    """Return the stock of each product after switching. Raises DomainError('fewer_than_held')."""
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
    """Return the held units of each product.

    The stock records are locked: a step that ends one of these holds waits and updates the stock
    afterwards.
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


def _publish_changes(before: Mapping[ProductId, Level], after: Mapping[ProductId, Level]) -> None:
    """Publish which products crossed 0 or their reorder level, and which are now free without limit."""
    for product_id, level in after.items():
        levels.publish_level_crossing(
            product_id, before[product_id].available, level.available, level.reorder_level
        )
        if not level.is_counted:
            bus.publish(StockFreed(product_id, quantity=rules.UNCOUNTED))
