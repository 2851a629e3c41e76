"""Changes of the units on hand, each with a ledger entry, each applied once per key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from kashcraft.core import activity_log, clock
from kashcraft.core.db import BATCH_SIZE, db, table_of
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import OrderId, ProductId, UserId, new_id
from kashcraft.inventory import rules
from kashcraft.inventory.models import Inventory, InventoryLog, InventoryLogArchive, LogReason
from kashcraft.inventory.services import levels
from kashcraft.inventory.services.levels import Level, LevelChange

LOG = table_of(InventoryLog)
# How long a delivery can be taken back. A page offers it for a shorter time.
UNDO_TIME = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The first stock of a product; a product that is not counted starts with 0 units."""

    product_id: ProductId
    quantity: int
    reorder_level: int = 10
    reorder_quantity: int = 50
    warehouse_location: str | None = None
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class _Entry:
    """A ledger entry to be written; ``key`` makes it unique."""

    key: str
    product_id: ProductId
    change: int


def open_stock(
    *,
    product_id: ProductId,
    quantity: int,
    reorder_level: int = 10,
    reorder_quantity: int = 50,
    warehouse_location: str | None = None,
    user_id: UserId | None = None,
) -> bool:
    """Create the stock record of a product; return False if it already has one."""
    opening = Opening(
        product_id=product_id,
        quantity=quantity,
        reorder_level=reorder_level,
        reorder_quantity=reorder_quantity,
        warehouse_location=warehouse_location,
    )
    return open_stocks(openings=[opening], user_id=user_id) == [product_id]


def open_stocks(*, openings: Sequence[Opening], user_id: UserId | None = None) -> list[ProductId]:
    """Create the stock records of many products; return the products that had none before.

    Three statements.
    """
    known = set(
        db.session.scalars(
            sa.select(Inventory.product_id).where(
                Inventory.product_id.in_([opening.product_id for opening in openings])
            )
        )
    )
    new = [opening for opening in openings if opening.product_id not in known]
    if not new:
        return []
    on_hand = {one.product_id: one.quantity if one.is_counted else 0 for one in new}
    stock = [
        {
            "id": new_id(), "product_id": opening.product_id, "quantity": on_hand[opening.product_id],
            "reserved": 0, "is_counted": opening.is_counted,
            "reorder_level": opening.reorder_level, "reorder_quantity": opening.reorder_quantity,
            "low_stock_armed": not opening.is_counted or opening.quantity > opening.reorder_level,
            "warehouse_location": opening.warehouse_location,
            "last_restocked": clock.now() if on_hand[opening.product_id] else None,
        }
        for opening in new
    ]  # fmt: skip
    log = [
        {
            "id": new_id(), "idempotency_key": f"open:{opening.product_id}", "product_id": opening.product_id,
            "quantity_change": opening.quantity, "new_quantity": opening.quantity,
            "reason": LogReason.RESTOCK, "user_id": user_id, "notes": "First stock",
        }
        for opening in new
        if on_hand[opening.product_id]
    ]  # fmt: skip
    db.session.execute(sa.insert(levels.STOCK), stock)
    if log:
        db.session.execute(sa.insert(LOG), log)
    return [opening.product_id for opening in new]


def restock(
    *, product_id: ProductId, quantity: int, key: str, user_id: UserId | None = None, notes: str | None = None
) -> dict[ProductId, int]:
    """Add units that have arrived; ``key`` identifies the delivery. Return the change, empty for a known key.

    Raises DomainError('not_counted', product_id=).
    """
    rules.merge_lines([(product_id, quantity)])
    return _write(
        [_Entry(f"restock:{key}", product_id, quantity)],
        LogReason.RESTOCK,
        user_id=user_id,
        notes=notes,
    )


def receive_delivery(
    *, units: Mapping[ProductId, int], key: str, user_id: UserId | None = None, notes: str | None = None
) -> dict[ProductId, int]:
    """Add the units of the products of one delivery, all or none; ``key`` identifies the delivery.

    Returns the changes, without products that were received under the key before. Raises
    DomainError('not_counted', product_id=) and ValueError for less than one unit.
    """
    entries = [
        _Entry(f"restock:{key}:{product_id}", product_id, quantity)
        for product_id, quantity in rules.merge_lines(units.items()).items()
    ]
    return _write(entries, LogReason.RESTOCK, user_id=user_id, notes=notes)


def undo_delivery(*, key: str, user_id: UserId | None = None) -> dict[ProductId, int]:
    """Take back the units of a delivery by counter-entries, all or none, within ``UNDO_TIME``.

    Returns the changes, empty for a delivery that was taken back before. The time of the last delivery of
    its products stays. Raises DomainError: delivery_too_old where it is unknown or the time is over,
    not_counted, and stock_is_held (``available``) if units have been held or sold since.
    """
    start = f"restock:{key}:"
    made = (
        sa.select(LOG.c.product_id, LOG.c.quantity_change, LOG.c.idempotency_key)
        .where(LOG.c.created_at > clock.now() - UNDO_TIME, LOG.c.reason == LogReason.RESTOCK)
        .where(LOG.c.idempotency_key.startswith(start, autoescape=True))
        .order_by(LOG.c.product_id)
    )
    entries = [
        _Entry(f"undo:{named}", product_id, -units) for product_id, units, named in db.session.execute(made)
    ]
    if not entries:
        raise DomainError("delivery_too_old")
    return _write(entries, LogReason.RESTOCK, user_id=user_id, notes="Delivery undone")


def adjust(
    *, product_id: ProductId, change: int, key: str, user_id: UserId | None = None, notes: str | None = None
) -> dict[ProductId, int]:
    """Correct the quantity by ``change`` (signed) after counting. Return the change, empty for a known key.

    Raises DomainError: not_counted, and stock_is_held (``available``) if held units would be removed.
    """
    return _write(
        [_Entry(f"adjust:{key}", product_id, change)], LogReason.ADJUSTMENT, user_id=user_id, notes=notes
    )


def count_stocks(
    *, changes: Mapping[ProductId, int], key: str, user_id: UserId | None = None, notes: str | None = None
) -> dict[ProductId, int]:
    """Correct the quantities of many products by signed changes; return those that were applied.

    Four statements for every 5,000 products, so that their rows are locked briefly. Raises
    DomainError('stock_is_held', available=, shortages=): the free units of the scarcest product, and of
    each product that falls short by its id as text.
    """
    entries = [
        _Entry(f"adjust:{key}:{product_id}", product_id, changes[product_id])
        for product_id in sorted(changes)
    ]
    made: dict[ProductId, int] = {}
    for first in range(0, len(entries), BATCH_SIZE):
        some = entries[first : first + BATCH_SIZE]
        made |= _write(some, LogReason.ADJUSTMENT, user_id=user_id, notes=notes)
    return made


def damage(
    *, product_id: ProductId, quantity: int, key: str, user_id: UserId | None = None, notes: str | None = None
) -> dict[ProductId, int]:
    """Remove units that cannot be sold. Return the change, empty for a known key.

    Raises DomainError: not_counted, and stock_is_held (``available``) if held units would be removed.
    """
    rules.merge_lines([(product_id, quantity)])
    return _write(
        [_Entry(f"damage:{key}", product_id, -quantity)], LogReason.DAMAGE, user_id=user_id, notes=notes
    )


def return_units(
    *,
    lines: Sequence[tuple[ProductId, int]],
    key: str,
    order_id: OrderId | None = None,
    user_id: UserId | None = None,
    notes: str | None = None,
) -> dict[ProductId, int]:
    """Return sold units to stock; ``key`` identifies the refund. Return the changes, without known keys.

    Uncounted products are ignored.
    """
    entries = [
        _Entry(f"return:{key}:{product_id}", product_id, units)
        for product_id, units in rules.merge_lines(lines).items()
    ]
    return _write(entries, LogReason.RETURN, order_id=order_id, user_id=user_id, notes=notes)


def _write(
    entries: Sequence[_Entry],
    reason: LogReason,
    *,
    order_id: OrderId | None = None,
    user_id: UserId | None = None,
    notes: str | None = None,
) -> dict[ProductId, int]:
    found = levels.lock_levels([entry.product_id for entry in entries])
    missing = [entry.product_id for entry in entries if entry.product_id not in found]
    if missing:
        raise NotFound("no_stock_record", product_id=str(missing[0]))
    # The rows are locked now, so entries that another step wrote under the same key are visible.
    known = _known([entry.key for entry in entries])
    new = [entry for entry in entries if entry.key not in known and entry.change]
    if reason is LogReason.RETURN:
        new = [entry for entry in new if found[entry.product_id].is_counted]
    uncounted = [entry.product_id for entry in new if not found[entry.product_id].is_counted]
    if uncounted:
        raise DomainError("not_counted", product_id=str(uncounted[0]))
    changes = {entry.product_id: LevelChange(quantity=entry.change) for entry in new}
    stamps = {"last_restocked": clock.now()} if reason is LogReason.RESTOCK else {}
    if not levels.apply_changes(changes, **stamps):
        raise _held(found, changes)
    rows = [
        {
            "id": new_id(), "idempotency_key": entry.key, "product_id": entry.product_id,
            "quantity_change": entry.change, "new_quantity": found[entry.product_id].quantity + entry.change,
            "reason": reason, "order_id": order_id, "user_id": user_id, "notes": notes,
        }
        for entry in new
    ]  # fmt: skip
    if rows:
        db.session.execute(sa.insert(LOG), rows)
        levels.publish_changes(found, changes)
        _log(reason, new)
    return {entry.product_id: entry.change for entry in new}


def _log(reason: LogReason, entries: Sequence[_Entry]) -> None:
    activity_log.note(
        "stock",
        action=reason.value,
        product_id=entries[0].product_id if len(entries) == 1 else None,
        products=len(entries),
        units=sum(entry.change for entry in entries),
    )


def _held(found: Mapping[ProductId, Level], changes: Mapping[ProductId, LevelChange]) -> DomainError:
    free = {product_id: found[product_id].available for product_id in changes}
    short = {str(product_id): units for product_id, units in free.items()
             if units + changes[product_id].available < 0}  # fmt: skip
    return DomainError("stock_is_held", available=min(free.values()), shortages=short)


def _known(keys: Sequence[str]) -> set[str]:
    """Return which of the keys are in the ledger or its archive."""
    found = (
        sa.select(ledger.idempotency_key).where(ledger.idempotency_key.in_(keys))
        for ledger in (InventoryLog, InventoryLogArchive)
    )
    return set(db.session.scalars(sa.union_all(*found)))
