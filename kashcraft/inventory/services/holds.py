"""Holds: units reserved until a time, all or nothing, then sold or released once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, table_of
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import OrderId, ProductId, UserId, new_id
from kashcraft.core.statements import run
from kashcraft.inventory import rules
from kashcraft.inventory.models import (
    HolderKind,
    Inventory,
    InventoryLog,
    InventoryReservation,
    LogReason,
    ReservationStatus,
)
from kashcraft.inventory.queries.availability import expired_holds
from kashcraft.inventory.services import levels
from kashcraft.inventory.services.levels import Level, LevelChange

HOLDS = table_of(InventoryReservation)
LOG = table_of(InventoryLog)


def _ending(outcome: ReservationStatus, *chosen: sa.ColumnElement[bool], **values: Any) -> sa.Executable:
    """Return the statement that ends the chosen active holds and returns their units.

    The subquery locks the rows in one fixed order, so that two steps never deadlock.
    """
    time = "confirmed_at" if outcome is ReservationStatus.CONFIRMED else "released_at"
    rows_in_order = (
        sa.select(InventoryReservation.id)
        .where(InventoryReservation.status == ReservationStatus.ACTIVE, *chosen)
        .order_by(InventoryReservation.product_id, InventoryReservation.id)
        .with_for_update()
    )
    stamps = {time: sa.bindparam("moment", type_=HOLDS.c[time].type), **values}
    return (
        sa.update(HOLDS)
        .where(HOLDS.c.id.in_(rows_in_order), HOLDS.c.status == ReservationStatus.ACTIVE)
        .values(status=outcome, **stamps)
        .returning(HOLDS.c.product_id, HOLDS.c.quantity)
    )


def _any_of(column: sa.SQLColumnExpression[UUID], name: str) -> sa.ColumnElement[bool]:
    return column.in_(sa.bindparam(name, expanding=True))


_OWN = sa.and_(
    InventoryReservation.holder_kind == sa.bindparam("kind", type_=HOLDS.c.holder_kind.type),
    InventoryReservation.holder_id == sa.bindparam("holder", type_=HOLDS.c.holder_id.type),
)
_EXPIRED = InventoryReservation.expires_at <= sa.bindparam("now", type_=HOLDS.c.expires_at.type)
_RELEASE = _ending(ReservationStatus.RELEASED, _OWN)
_RELEASE_CHOSEN = _ending(ReservationStatus.RELEASED, _any_of(InventoryReservation.id, "chosen"))
_RELEASE_IN_THE_WAY = _ending(
    ReservationStatus.RELEASED, _any_of(InventoryReservation.product_id, "products"), sa.or_(_EXPIRED, _OWN)
)
_CONFIRM = _ending(
    ReservationStatus.CONFIRMED, _OWN, order_id=sa.bindparam("for_order", type_=HOLDS.c.order_id.type)
)
_EXTEND = (
    sa.update(HOLDS)
    .where(
        HOLDS.c.id.in_(
            sa.select(InventoryReservation.id)
            .where(
                InventoryReservation.status == ReservationStatus.ACTIVE,
                _OWN,
                InventoryReservation.expires_at > sa.bindparam("now", type_=HOLDS.c.expires_at.type),
            )
            .order_by(InventoryReservation.product_id, InventoryReservation.id)
            .with_for_update()
        ),
        HOLDS.c.status == ReservationStatus.ACTIVE,
    )
    .values(expires_at=sa.bindparam("until", type_=HOLDS.c.expires_at.type))
    .returning(HOLDS.c.product_id, HOLDS.c.quantity)
)
# A product without a stock record gets no hold, and the update of its stock is refused.
_HELD = {
    name: sa.bindparam(name, type_=HOLDS.c[name].type)
    for name in (
        "id", "product_id", "quantity", "holder_kind", "holder_id", "order_id", "user_id", "expires_at",
        "created_at",
    )
}  # fmt: skip
_HOLD = sa.insert(HOLDS).from_select(
    [*_HELD, "status"],
    sa.select(*_HELD.values(), sa.literal(ReservationStatus.ACTIVE, HOLDS.c.status.type)).where(
        levels.STOCK.c.product_id == sa.bindparam("of_product")
    ),
    include_defaults=False,
)
_NOW = sa.bindparam("now", type_=HOLDS.c.expires_at.type)
_CHECK = sa.select(*levels.LEVEL_COLUMNS, expired_holds(_NOW)).where(
    Inventory.product_id.in_(sa.bindparam("wanted", expanding=True))
)
_ENTRY = {
    name: sa.bindparam(name, type_=LOG.c[name].type)
    for name in ("id", "idempotency_key", "product_id", "quantity_change", "order_id", "created_at")
}
# Uncounted products have no ledger. The row is read again, because counting may have been switched.
_PURCHASE = sa.insert(LOG).from_select(
    [*_ENTRY, "reason", "new_quantity"],
    sa.select(
        *_ENTRY.values(), sa.literal(LogReason.PURCHASE, LOG.c.reason.type), levels.STOCK.c.quantity
    ).where(levels.STOCK.c.product_id == sa.bindparam("of_product"), levels.STOCK.c.is_counted),
    include_defaults=False,
)


@dataclass(frozen=True, slots=True)
class FreeStock:
    """The free units of products when they were checked, and whether expired holds are among them."""

    has_expired_holds: bool = False


def check_free(*, lines: Sequence[tuple[ProductId, int]], most: int | None = None) -> FreeStock:
    """Check that (product, units) lines could be held now, before other rows are written.

    Nothing is locked or held: ``hold`` decides. Pass the result to it. One statement. Raises what ``hold``
    raises.
    """
    wanted = rules.merge_lines(lines)
    rows = run(_CHECK, {"wanted": list(wanted), "now": clock.now()}).all()
    found = {row[0]: Level(*row[1:-1]) for row in rows}
    if most is not None:
        _check_most(wanted, found, most)
    expired = {row[0]: row[-1] for row in rows}
    if any(_free(found, expired, product_id) < units for product_id, units in wanted.items()):
        raise _out_of_stock(wanted, found, expired)
    return FreeStock(has_expired_holds=any(expired.values()))


def hold(
    *,
    holder_kind: HolderKind,
    holder_id: UUID,
    lines: Sequence[tuple[ProductId, int]],
    expires_at: datetime,
    user_id: UserId | None = None,
    order_id: OrderId | None = None,
    most: int | None = None,
    free: FreeStock | None = None,
) -> dict[ProductId, int]:
    """Hold (product, units) lines until ``expires_at``, all or nothing; return the units by product.

    ``most`` is the maximum number of units of a product without a limit of its own, None for no maximum.
    Expired holds of the products, and those that this holder already has, are released first. A holder
    without holds passes ``free``, the result of ``check_free`` in the same step, so that nothing is released
    where nothing has expired. Uncounted products are never short. The stock is changed last. Three
    statements, four for several products; one less with ``free``.

    Raises DomainError('too_many_of_product', product_id=, most=), and DomainError('out_of_stock',
    product_id=, available=, shortages=): the first product without enough free units, its free units, and
    the free units of all such products by id as text.
    """
    wanted, now, freed = rules.merge_lines(lines), clock.now(), dict[ProductId, int]()
    if free is None or free.has_expired_holds:
        freed = _end(_RELEASE_IN_THE_WAY, products=list(wanted), now=now, kind=holder_kind, holder=holder_id)
    rows = [
        {
            "id": new_id(), "product_id": product_id, "quantity": units, "holder_kind": holder_kind,
            "holder_id": holder_id, "order_id": order_id, "user_id": user_id, "expires_at": expires_at,
            "created_at": now, "of_product": product_id,
        }
        for product_id, units in wanted.items()
    ]  # fmt: skip
    run(_HOLD, rows)
    changes = {one: LevelChange(reserved=units - freed.get(one, 0)) for one, units in wanted.items()}
    levels.publish_changes(_reserve(wanted, changes, freed, most, now), changes)
    return wanted


def _reserve(
    wanted: Mapping[ProductId, int],
    changes: Mapping[ProductId, LevelChange],
    freed: Mapping[ProductId, int],
    most: int | None,
    now: datetime,
) -> Mapping[ProductId, Level]:
    """Change the stock of new holds; return the stock before. Raises the errors of ``hold``."""
    if len(wanted) == 1:
        ((product_id, units),) = wanted.items()
        change = changes[product_id].reserved
        level = levels.reserve(product_id, change, units=units, most=most, now=now)
        if level is not None:
            return {product_id: level}
    found = levels.lock_levels(wanted)
    if most is not None:
        _check_most(wanted, found, most)
    if not set(wanted) <= set(found) or not levels.apply_changes(changes, last_reserved=now):
        raise _out_of_stock(wanted, found, freed)
    return found


def confirm(*, holder_kind: HolderKind, holder_id: UUID, order_id: OrderId) -> dict[ProductId, int]:
    """Sell the units that the holder still holds to the order, with ledger entries; return them by product.

    Quantity and held units decrease together. Uncounted products leave no ledger entry. Released units
    are not included: the caller has to hold them again. Free units do not change, so no event is
    published. Three statements.
    """
    sold = _end(_CONFIRM, kind=holder_kind, holder=holder_id, for_order=order_id)
    if not sold:
        return sold
    _apply_to_stock(
        {product_id: LevelChange(quantity=-units, reserved=-units) for product_id, units in sold.items()}
    )
    rows = [
        {
            "id": new_id(), "idempotency_key": f"purchase:{order_id}:{product_id}", "product_id": product_id,
            "quantity_change": -units, "of_product": product_id, "order_id": order_id,
            "created_at": clock.now(),
        }
        for product_id, units in sold.items()
    ]  # fmt: skip
    run(_PURCHASE, rows)
    return sold


def transfer_holds(
    *,
    from_kind: HolderKind,
    from_id: UUID,
    to_kind: HolderKind,
    to_id: UUID,
    order_id: OrderId | None = None,
) -> dict[ProductId, int]:
    """Transfer the active holds of one holder to another; return the units by product.

    Of two concurrent steps one gets the holds, the other nothing. Expired holds are not transferred. The
    time of a hold does not change; to change it, call ``hold`` next, which releases the new holder's
    holds first. Free units do not change, so no event is published. One statement. Raises IntegrityError
    if the new holder already holds one of the products.
    """
    active = InventoryReservation.status == ReservationStatus.ACTIVE
    rows_in_order = (
        sa.select(InventoryReservation.id)
        .where(
            active,
            InventoryReservation.holder_kind == from_kind,
            InventoryReservation.holder_id == from_id,
            InventoryReservation.expires_at > clock.now(),
        )
        .order_by(InventoryReservation.product_id, InventoryReservation.id)
        .with_for_update()
    )
    passed = db.session.execute(
        sa.update(HOLDS)
        .where(HOLDS.c.id.in_(rows_in_order))
        .values(
            holder_kind=to_kind,
            holder_id=to_id,
            order_id=sa.func.coalesce(order_id, HOLDS.c.order_id),
        )
        .returning(HOLDS.c.product_id, HOLDS.c.quantity)
    ).all()
    return dict(sorted(tuple(row) for row in passed))


def extend_hold(*, holder_kind: HolderKind, holder_id: UUID, expires_at: datetime) -> dict[ProductId, int]:
    """Extend the active holds of a holder until ``expires_at``; return the units by product.

    Expired holds are not extended, because others may claim them. One statement.
    """
    return _units(
        db.session.execute(
            _EXTEND, {"until": expires_at, "now": clock.now(), "kind": holder_kind, "holder": holder_id}
        )
    )


def release(*, holder_kind: HolderKind, holder_id: UUID) -> dict[ProductId, int]:
    """Release the holds of a holder; return the units by product, empty if it has none."""
    return _return_units(_end(_RELEASE, kind=holder_kind, holder=holder_id))


def release_expired(*, limit: int = 500) -> dict[ProductId, int]:
    """Release up to ``limit`` expired holds; return the units by product.

    Holds that another step is changing are skipped.
    """
    due = (
        sa.select(InventoryReservation.id)
        .where(
            InventoryReservation.status == ReservationStatus.ACTIVE,
            InventoryReservation.expires_at <= clock.now(),
        )
        .order_by(InventoryReservation.product_id, InventoryReservation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    chosen = db.session.scalars(due).all()
    if not chosen:
        return {}
    return _return_units(_end(_RELEASE_CHOSEN, chosen=chosen))


def _end(ending: sa.Executable, **values: Any) -> dict[ProductId, int]:
    """End the active holds that ``ending`` chooses; return their units by product, in product order."""
    return _units(run(ending, {"moment": clock.now(), **values}))


def _units(rows: Iterable[sa.Row[ProductId, int]]) -> dict[ProductId, int]:
    units: Counter[ProductId] = Counter()
    for product_id, quantity in rows:
        units[product_id] += quantity
    return {product_id: units[product_id] for product_id in sorted(units)}


def _return_units(freed: dict[ProductId, int]) -> dict[ProductId, int]:
    if freed:
        found = levels.lock_levels(freed)
        changes = {product_id: LevelChange(reserved=-units) for product_id, units in freed.items()}
        _apply_to_stock(changes)
        levels.publish_changes(found, changes)
    return freed


def _check_most(wanted: Mapping[ProductId, int], found: Mapping[ProductId, Level], most: int) -> None:
    for product_id, units in wanted.items():
        own = found[product_id].most_per_order if product_id in found else None
        if units > (own or most):
            raise DomainError("too_many_of_product", product_id=str(product_id), most=own or most)


def _apply_to_stock(changes: Mapping[ProductId, LevelChange]) -> None:
    """Apply ended holds to the stock. This cannot fail while reserved units equal the active holds."""
    if not levels.apply_changes(changes):
        raise AssertionError("held units and holds differ")


def _free(found: Mapping[ProductId, Level], freed: Mapping[ProductId, int], product_id: ProductId) -> int:
    return found[product_id].available + freed.get(product_id, 0) if product_id in found else 0


def _out_of_stock(
    wanted: Mapping[ProductId, int], found: Mapping[ProductId, Level], freed: Mapping[ProductId, int]
) -> DomainError:
    free = {product_id: _free(found, freed, product_id) for product_id in wanted}
    short = [product_id for product_id, units in wanted.items() if free[product_id] < units]
    shortages = {str(product_id): free[product_id] for product_id in short}
    return DomainError(
        "out_of_stock", product_id=str(short[0]), available=free[short[0]], shortages=shortages
    )
