"""Placing an order in two stages of one step: write the order, then claim what it relies on.

The caller does its own work between the two stages, so that contended rows are locked last and briefly.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.core import bus, clock
from kashcraft.core.db import db, fulfill_requirement, require_before_commit, table_of
from kashcraft.core.ids import new_id, new_reference
from kashcraft.core.settings import settings
from kashcraft.core.statements import insert_if_absent, run
from kashcraft.events.orders import OrderPlaced
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind
from kashcraft.inventory.services import FreeStock
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from kashcraft.orders.rules import OrderDraft
from kashcraft.orders.services import claims, limits
from kashcraft.orders.services.history import record_event

_INSERT_LINES = sa.insert(table_of(OrderLine))


@dataclass(frozen=True, slots=True)
class WrittenOrder:
    """An order whose rows are written. If this step has written it (``is_new``), ``claim`` must follow."""

    order: Order
    draft: OrderDraft
    is_new: bool
    free: FreeStock | None = None


def write(*, draft: OrderDraft) -> WrittenOrder:
    """Write the row, lines and history of a checkout's order. ``claim`` claims what the order relies on.

    A checkout that was placed before returns its existing order, whatever its status. The step cannot
    commit a new order without ``claim``. Five statements, six on PostgreSQL. Raises DomainError:
    order_too_large (``most``), too_many_unpaid (``until``), and where units are visibly missing the errors of
    ``claim`` about stock, before further rows are written. The caller has to roll its step back after any of
    them.
    """
    limits.check(draft)
    order = _insert(draft)
    if order is None:
        placed = sa.select(Order).where(Order.checkout_id == draft.checkout_id)
        return WrittenOrder(db.session.scalars(placed).one(), draft, is_new=False)
    require_before_commit(_claim_of(order))
    free = stock.check_free(lines=draft.stock, most=settings().most_per_order) if draft.stock else None
    rows = [{"id": new_id(), "order_id": order.id, **values} for values in rules.line_values(draft)]
    run(_INSERT_LINES, rows)
    record_event(order.id, "placed", status=OrderStatus.PENDING, actor_id=draft.user_id)
    bus.publish(OrderPlaced(order.id))
    return WrittenOrder(order, draft, is_new=True, free=free)


def claim(*, written: WrittenOrder) -> Order:
    """Hold the stock of a new order and claim its voucher, gift card balance, points and reward; return it.

    An order that was placed before is returned unchanged. Call it last in a step, because it locks
    contended rows. Two statements for stock alone; the last one locks it. Raises
    DomainError('out_of_stock', product_id=, available=, shortages=) and the errors of the claims:
    voucher_ended, voucher_used_up, voucher_used_by_customer, gift_card_short (``card_id``), points_short,
    reward_used, reward_expired, tier_too_low, too_many_of_product (``product_id``, ``most``). The caller has
    to roll its step back after any of them.
    """
    order, draft = written.order, written.draft
    if not written.is_new:
        return order
    if draft.stock:
        stock.hold(
            holder_kind=HolderKind.ORDER,
            holder_id=order.id,
            lines=draft.stock,
            expires_at=order.expires_at or clock.now(),
            user_id=draft.user_id,
            order_id=order.id,
            most=settings().most_per_order,
            free=written.free,
        )
    claims.claim(order=order, draft=draft)
    fulfill_requirement(_claim_of(order))
    return order


def _claim_of(order: Order) -> str:
    return f"the claim of order {order.number}"


def _insert(draft: OrderDraft) -> Order | None:
    """Insert the order, or return None if its checkout already has one.

    The unique index decides. A second step for the same checkout waits here for the first one.
    """
    values = {
        **rules.order_values(draft),
        "id": new_id(),
        "number": new_reference("KC"),
        "status": OrderStatus.PENDING,
        "placed_at": clock.now(),
        "expires_at": clock.now() + settings().hold_time,
    }
    return insert_if_absent(Order, values, unique=("checkout_id",))
