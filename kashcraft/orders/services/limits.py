"""Limits of what is held without being paid, counted in the step that places an order."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.context import settings
from kashcraft.core.db import db
from kashcraft.core.emails import mailbox
from kashcraft.core.errors import DomainError
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from kashcraft.orders.rules import Limits, OrderDraft, Waiting

_UNITS = (
    sa.select(sa.func.coalesce(sa.func.sum(OrderLine.quantity), 0))
    .where(OrderLine.order_id == Order.id, OrderLine.is_gift_card.is_(False))
    .correlate(Order)
    .scalar_subquery()
)
_LOCK = sa.text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")


def check(draft: OrderDraft) -> None:
    """Raise DomainError where the order would make too much wait for its money.

    A member is counted by account, a guest by e-mail address in normal form; both by network where it is
    known. Orders that hold nothing count for nothing. One step of a buyer or network counts at a time: what
    they wait for on PostgreSQL is taken here, before any row, and in one order for everybody. One statement,
    two on PostgreSQL. Codes: order_too_large (``most`` units), too_many_unpaid (``until`` when).
    """
    units = sum(quantity for _, quantity in draft.stock)
    limits = _limits()
    if not units:
        return
    if limits.units_per_order and units > limits.units_per_order:
        raise DomainError("order_too_large", most=limits.units_per_order)
    buyer = Order.user_id == draft.user_id if draft.user_id else Order.mailbox_key == mailbox(draft.email)
    counted = {
        "buyer": buyer if limits.orders_per_buyer or limits.units_per_buyer else None,
        "network": Order.network_key == draft.network_key
        if draft.network_key and (limits.orders_per_network or limits.units_per_network)
        else None,
    }
    chosen = {name: condition for name, condition in counted.items() if condition is not None}
    if not chosen:
        return
    _wait_in_line(draft, chosen)
    until = rules.room_from(_waiting(draft.checkout_id, chosen), units, limits)
    if until is not None:
        raise DomainError("too_many_unpaid", until=until)


def _limits() -> Limits:
    config = settings()
    return Limits(
        orders_per_buyer=config.unpaid_orders_per_buyer,
        units_per_buyer=config.held_units_per_buyer,
        orders_per_network=config.unpaid_orders_per_network,
        units_per_network=config.held_units_per_network,
    )


def _wait_in_line(draft: OrderDraft, chosen: dict[str, Any]) -> None:
    """Let other steps of the same buyer or network end first; on SQLite every step does so anyway."""
    if db.engine.dialect.name != "postgresql":
        return
    names = {"buyer": str(draft.user_id or mailbox(draft.email)), "network": draft.network_key or ""}
    db.session.execute(_LOCK, {"keys": sorted(_number(f"{kind}:{names[kind]}") for kind in chosen)})


def _number(name: str) -> int:
    """Return the number under which PostgreSQL knows a name to wait for: 64 bits, with a sign."""
    digest = hashlib.sha256(f"unpaid orders of {name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _waiting(checkout_id: UUID, chosen: dict[str, Any]) -> list[Waiting]:
    by = {name: chosen.get(name, sa.false()) for name in ("buyer", "network")}
    rows = db.session.execute(
        sa.select(
            _UNITS.label("units"),
            Order.expires_at,
            *(sa.func.coalesce(condition, sa.false()).label(name) for name, condition in by.items()),
        ).where(
            Order.status == OrderStatus.PENDING,
            Order.expires_at > clock.now(),
            Order.checkout_id != checkout_id,
            sa.or_(*chosen.values()),
        )
    )
    return [
        Waiting(units=row.units, ends=row.expires_at, by_buyer=bool(row.buyer), by_network=bool(row.network))
        for row in rows
        if row.units
    ]
