"""Changes of what is on hand, each with its ledger row, each made once however often it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.core import activity_log, clock
from kashcraft.core.db import BATCH_SIZE, db, table_of
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import OrderId, ProductId, UserId, new_id
from kashcraft.inventory import rules
from kashcraft.inventory.models import Inventory, InventoryLog, InventoryLogArchive, LogReason
from kashcraft.inventory.services import levels
from kashcraft.inventory.services.levels import Level, Shift

LOG = table_of(InventoryLog)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The first stock of one product; what is not counted starts with nothing on hand."""

    product_id: ProductId
    quantity: int
    reorder_level: int = 10
    reorder_quantity: int = 50
    warehouse_location: str | None = None
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row to be written: ``key`` names the act, so that it happens once."""

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
    """Record the first stock of a product; return False and change nothing where it has a record already."""
    opening = Opening(
        product_id=product_id,
        quantity=quantity,
        reorder_level=reorder_level,
        reorder_quantity=reorder_quantity,
        warehouse_location=warehouse_location,
    )
    return open_stocks(openings=[opening], user_id=user_id) == [product_id]


def open_stocks(*, openings: Sequence[Opening], user_id: UserId | None = None) -> list[ProductId]:
    """Record the first stock of many products in three statements; return those that had none before."""
    known = set(
        db.session.scalars(
            sa.select(Inventory.product_id).where(
                Inventory.product_id.in_([opening.product_id for opening in openings])
            )
        )
    )
    fresh = [opening for opening in openings if opening.product_id not in known]
    if not fresh:
        return []
    on_hand = {one.product_id: one.quantity if one.is_counted else 0 for one in fresh}
    stock = [
        {
            "id": new_id(), "product_id": opening.product_id, "quantity": on_hand[opening.product_id],
            "reserved": 0, "is_counted": opening.is_counted,
            "reorder_level": opening.reorder_level, "reorder_quantity": opening.reorder_quantity,
            "low_stock_armed": not opening.is_counted or opening.quantity > opening.reorder_level,
            "warehouse_location": opening.warehouse_location,
            "last_restocked": clock.now() if on_hand[opening.product_id] else None,
        }
        for opening in fresh
    ]  # fmt: skip
    log = [
        {
            "id": new_id(), "idempotency_key": f"open:{opening.product_id}", "product_id": opening.product_id,
            "quantity_change": opening.quantity, "new_quantity": opening.quantity,
            "reason": LogReason.RESTOCK, "user_id": user_id, "notes": "First stock",
        }
        for opening in fresh
        if on_hand[opening.product_id]
    ]  # fmt: skip
    db.session.execute(sa.insert(levels.STOCK), stock)
    if log:
        db.session.execute(sa.insert(LOG), log)
    return [opening.product_id for opening in fresh]


def restock(
    *, product_id: ProductId, quantity: int, key: str, user_id: UserId | None = None, notes: str | None = None
) -> dict[ProductId, int]:
    """Add arrived units; ``key`` names the delivery. Return the change, empty when it was made before.

    Raises DomainError('not_counted').
    """
    rules.merged([(product_id, quantity)])
    return _write(
        [_Entry(f"restock:{key}", product_id, quantity)],
        LogReason.RESTOCK,
        user_id=user_id,
        notes=notes,
    )


def adjust(
    *, product_id: ProductId, change: int, key: str, user_id: UserId | None = None, notes: str | None = None
) -> dict[ProductId, int]:
    """Correct the quantity by ``change`` (signed) after counting. Return the change, empty when made before.

    Raises DomainError: not_counted, and stock_is_held (``available``) where units in somebody's hold would
    go.
    """
    return _write(
        [_Entry(f"adjust:{key}", product_id, change)], LogReason.ADJUSTMENT, user_id=user_id, notes=notes
    )


def count_stocks(
    *, changes: Mapping[ProductId, int], key: str, user_id: UserId | None = None, notes: str | None = None
) -> dict[ProductId, int]:
    """Correct the quantities of many products by signed changes, as ``adjust`` does one; return those that
    were made.

    Four statements for every 5,000 products, so that their rows are locked for as short as may be. Raises
    DomainError('stock_is_held', available=, shortages=): what is free of the scarcest product, and of each
    that falls short, by its id as text.
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
    """Take out units that cannot be sold. Return the change, empty when made before.

    Raises DomainError: not_counted, and stock_is_held (``available``) where units in somebody's hold would
    go.
    """
    rules.merged([(product_id, quantity)])
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
    """Put sold units back; ``key`` names the act (a refund, a return). Return the changes not made before;
    what is not counted has no shelf to go back to.
    """
    entries = [
        _Entry(f"return:{key}:{product_id}", product_id, units)
        for product_id, units in rules.merged(lines).items()
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
    found = levels.read([entry.product_id for entry in entries])
    missing = [entry.product_id for entry in entries if entry.product_id not in found]
    if missing:
        raise NotFound("no_stock_record", product_id=str(missing[0]))
    # The rows are locked by now, so what another step has written under the same key is seen.
    known = _known([entry.key for entry in entries])
    fresh = [entry for entry in entries if entry.key not in known and entry.change]
    if reason is LogReason.RETURN:
        fresh = [entry for entry in fresh if found[entry.product_id].is_counted]
    if not all(found[entry.product_id].is_counted for entry in fresh):
        raise DomainError("not_counted")
    shifts = {entry.product_id: Shift(quantity=entry.change) for entry in fresh}
    stamps = {"last_restocked": clock.now()} if reason is LogReason.RESTOCK else {}
    if not levels.apply(shifts, **stamps):
        raise _held(found, shifts)
    rows = [
        {
            "id": new_id(), "idempotency_key": entry.key, "product_id": entry.product_id,
            "quantity_change": entry.change, "new_quantity": found[entry.product_id].quantity + entry.change,
            "reason": reason, "order_id": order_id, "user_id": user_id, "notes": notes,
        }
        for entry in fresh
    ]  # fmt: skip
    if rows:
        db.session.execute(sa.insert(LOG), rows)
        levels.announce(found, shifts)
        _log(reason, fresh)
    return {entry.product_id: entry.change for entry in fresh}


def _log(reason: LogReason, entries: Sequence[_Entry]) -> None:
    activity_log.note(
        "stock",
        act=reason.value,
        product_id=entries[0].product_id if len(entries) == 1 else None,
        products=len(entries),
        units=sum(entry.change for entry in entries),
    )


def _held(found: Mapping[ProductId, Level], shifts: Mapping[ProductId, Shift]) -> DomainError:
    free = {product_id: found[product_id].available for product_id in shifts}
    short = {str(product_id): units for product_id, units in free.items()
             if units + shifts[product_id].available < 0}  # fmt: skip
    return DomainError("stock_is_held", available=min(free.values()), shortages=short)


def _known(keys: Sequence[str]) -> set[str]:
    """Return which of the acts stand in the ledger or its archive."""
    found = (
        sa.select(ledger.idempotency_key).where(ledger.idempotency_key.in_(keys))
        for ledger in (InventoryLog, InventoryLogArchive)
    )
    return set(db.session.scalars(sa.union_all(*found)))
