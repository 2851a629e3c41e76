"""Units held for somebody until a moment: taken all or nothing, then sold or given back, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, table_of
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import OrderId, ProductId, UserId, new_id
from kashcraft.inventory import rules
from kashcraft.inventory.models import (
    HolderKind,
    InventoryLog,
    InventoryReservation,
    LogReason,
    ReservationStatus,
)
from kashcraft.inventory.services import levels
from kashcraft.inventory.services.levels import Level, Shift

HOLDS = table_of(InventoryReservation)
LOG = table_of(InventoryLog)


def _ending(outcome: ReservationStatus, *chosen: sa.ColumnElement[bool], **values: Any) -> sa.Executable:
    """Return the statement that ends the chosen active holds at ``moment``, and tells their units.

    The inner query takes the rows in one order for everybody, so that two steps never wait for each other.
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
_LAPSED = InventoryReservation.expires_at <= sa.bindparam("now", type_=HOLDS.c.expires_at.type)
_RELEASE = _ending(ReservationStatus.RELEASED, _OWN)
_RELEASE_CHOSEN = _ending(ReservationStatus.RELEASED, _any_of(InventoryReservation.id, "chosen"))
_RELEASE_IN_THE_WAY = _ending(
    ReservationStatus.RELEASED, _any_of(InventoryReservation.product_id, "products"), sa.or_(_LAPSED, _OWN)
)
_CONFIRM = _ending(
    ReservationStatus.CONFIRMED, _OWN, order_id=sa.bindparam("for_order", type_=HOLDS.c.order_id.type)
)
_PROLONG = (
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
_ENTRY = {
    name: sa.bindparam(name, type_=LOG.c[name].type)
    for name in ("id", "idempotency_key", "product_id", "quantity_change", "order_id", "created_at")
}
# What is not counted has no ledger, and the row itself knows best whether it is by now.
_PURCHASE = sa.insert(LOG).from_select(
    [*_ENTRY, "reason", "new_quantity"],
    sa.select(
        *_ENTRY.values(), sa.literal(LogReason.PURCHASE, LOG.c.reason.type), levels.STOCK.c.quantity
    ).where(levels.STOCK.c.product_id == sa.bindparam("of_product"), levels.STOCK.c.is_counted),
    include_defaults=False,
)


def hold(
    *,
    holder_kind: HolderKind,
    holder_id: UUID,
    lines: Sequence[tuple[ProductId, int]],
    expires_at: datetime,
    user_id: UserId | None = None,
    order_id: OrderId | None = None,
    most: int | None = None,
) -> dict[ProductId, int]:
    """Hold (product, units) lines until ``expires_at``, all or nothing; return the units held by product.

    ``most`` is how many units of a product that has no limit of its own may be held, None for any number.
    Holds beyond their time, and what this holder already held of the products, are given back first. What is
    not counted is never short. Four statements. Raises DomainError('too_many_of_product', product_id=,
    most=), and DomainError('out_of_stock', product_id=, available=, shortages=) where units are missing: ids
    as text, what is free of the first such product, and of all of them.
    """
    wanted = rules.merged(lines)
    freed = _end(
        _RELEASE_IN_THE_WAY, products=list(wanted), now=clock.now(), kind=holder_kind, holder=holder_id
    )
    found = levels.read(wanted)
    if most is not None:
        _check_most(wanted, found, most)
    shifts = {
        product_id: Shift(reserved=units - freed.get(product_id, 0)) for product_id, units in wanted.items()
    }
    if not set(wanted) <= set(found) or not levels.apply(shifts, last_reserved=clock.now()):
        raise _out_of_stock(wanted, found, freed)
    rows = [
        {
            "id": new_id(), "product_id": product_id, "quantity": units, "holder_kind": holder_kind,
            "holder_id": holder_id, "order_id": order_id, "user_id": user_id, "expires_at": expires_at,
        }
        for product_id, units in wanted.items()
    ]  # fmt: skip
    db.session.execute(sa.insert(HOLDS), rows)
    levels.announce(found, shifts)
    return wanted


def confirm(*, holder_kind: HolderKind, holder_id: UUID, order_id: OrderId) -> dict[ProductId, int]:
    """Sell what the holder still holds to the order: quantity and held units fall together, with ledger rows.

    Return the units sold by product; what is not counted is sold without a trace in the stock. What has been
    given back meanwhile is not in it, and is the caller's to claim again. What is free stays as it is, so
    nothing is told. Three statements.
    """
    sold = _end(_CONFIRM, kind=holder_kind, holder=holder_id, for_order=order_id)
    if not sold:
        return sold
    _shift({product_id: Shift(quantity=-units, reserved=-units) for product_id, units in sold.items()})
    rows = [
        {
            "id": new_id(), "idempotency_key": f"purchase:{order_id}:{product_id}", "product_id": product_id,
            "quantity_change": -units, "of_product": product_id, "order_id": order_id,
            "created_at": clock.now(),
        }
        for product_id, units in sold.items()
    ]  # fmt: skip
    db.session.execute(_PURCHASE, rows)
    return sold


def take_over(
    *,
    from_kind: HolderKind,
    from_id: UUID,
    to_kind: HolderKind,
    to_id: UUID,
    order_id: OrderId | None = None,
) -> dict[ProductId, int]:
    """Pass the holds of a holder to another one inside the buyer's step; return the units by product.

    Of two steps that ask for the same holds one gets them, the other nothing. Holds beyond their time are
    free for everybody and stay behind. The time of a hold stays as it is: who needs another one calls
    ``hold`` next, which lets go of the new holder's own units first. What is free stays the same, so nothing
    is told. One statement. Raises IntegrityError where the new holder holds one of the products already.
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


def prolong(*, holder_kind: HolderKind, holder_id: UUID, expires_at: datetime) -> dict[ProductId, int]:
    """Let what the holder holds last until ``expires_at``; return the units by product.

    A hold beyond its time is anybody's by now and stays as it is. One statement.
    """
    return _units(
        db.session.execute(
            _PROLONG, {"until": expires_at, "now": clock.now(), "kind": holder_kind, "holder": holder_id}
        )
    )


def release(*, holder_kind: HolderKind, holder_id: UUID) -> dict[ProductId, int]:
    """Give back what the holder holds; return the units by product, empty when it holds nothing."""
    return _give_back(_end(_RELEASE, kind=holder_kind, holder=holder_id))


def release_expired(*, limit: int = 500) -> dict[ProductId, int]:
    """Give back up to ``limit`` holds beyond their time; return the units by product.

    Holds that another step is working on are left to it.
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
    return _give_back(_end(_RELEASE_CHOSEN, chosen=chosen))


def _end(ending: sa.Executable, **values: Any) -> dict[ProductId, int]:
    """End the active holds that ``ending`` chooses and return their units by product, in product order."""
    return _units(db.session.execute(ending, {"moment": clock.now(), **values}))


def _units(rows: Iterable[sa.Row[ProductId, int]]) -> dict[ProductId, int]:
    units: Counter[ProductId] = Counter()
    for product_id, quantity in rows:
        units[product_id] += quantity
    return {product_id: units[product_id] for product_id in sorted(units)}


def _give_back(freed: dict[ProductId, int]) -> dict[ProductId, int]:
    if freed:
        found = levels.read(freed)
        shifts = {product_id: Shift(reserved=-units) for product_id, units in freed.items()}
        _shift(shifts)
        levels.announce(found, shifts)
    return freed


def _check_most(wanted: Mapping[ProductId, int], found: Mapping[ProductId, Level], most: int) -> None:
    for product_id, units in wanted.items():
        own = found[product_id].most_per_order if product_id in found else None
        if units > (own or most):
            raise DomainError("too_many_of_product", product_id=str(product_id), most=own or most)


def _shift(shifts: Mapping[ProductId, Shift]) -> None:
    """Apply what ended holds mean for the stock, which cannot fail while the books are right."""
    if not levels.apply(shifts):
        raise AssertionError("held units and holds differ")


def _out_of_stock(
    wanted: Mapping[ProductId, int], found: Mapping[ProductId, Level], freed: Mapping[ProductId, int]
) -> DomainError:
    free = {
        product_id: found[product_id].available + freed.get(product_id, 0) if product_id in found else 0
        for product_id in wanted
    }
    short = [product_id for product_id, units in wanted.items() if free[product_id] < units]
    shortages = {str(product_id): free[product_id] for product_id in short}
    return DomainError(
        "out_of_stock", product_id=str(short[0]), available=free[short[0]], shortages=shortages
    )
