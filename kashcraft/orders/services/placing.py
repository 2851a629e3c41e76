"""Placing in two acts of one step: the order is written, what it counts on is claimed, or nothing happens.

Whoever places an order does their own work between the two, so that what everybody wants is locked last.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.core import bus, clock
from kashcraft.core.db import db, fulfill_requirement, require_before_commit, table_of
from kashcraft.core.ids import new_id, new_reference
from kashcraft.core.settings import settings
from kashcraft.core.statements import insert_if_absent
from kashcraft.events.orders import OrderPlaced
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from kashcraft.orders.rules import OrderDraft
from kashcraft.orders.services import claims, limits
from kashcraft.orders.services.history import record

LINES = table_of(OrderLine)


@dataclass(frozen=True, slots=True)
class Written:
    """An order that is written, by ``draft``; where this step wrote it (``is_new``), ``claim`` follows."""

    order: Order
    draft: OrderDraft
    is_new: bool


def write(*, draft: OrderDraft) -> Written:
    """Write the order of a checkout: its row, lines and history. ``claim`` takes what it counts on.

    A checkout that was placed before gives the order that it gave then, whatever has become of it. The step
    refuses to commit a new order that is not claimed. Four statements, five on PostgreSQL. Raises
    DomainError: order_too_large (``most``), too_many_unpaid (``until``). The step has to end with any of
    them.
    """
    limits.check(draft)
    order = _insert(draft)
    if order is None:
        placed = sa.select(Order).where(Order.checkout_id == draft.checkout_id)
        return Written(db.session.scalars(placed).one(), draft, is_new=False)
    require_before_commit(_claim_of(order))
    rows = [{"id": new_id(), "order_id": order.id, **values} for values in rules.line_values(draft)]
    db.session.execute(sa.insert(LINES), rows)
    record(order.id, "placed", status=OrderStatus.PENDING, actor_id=draft.user_id)
    bus.publish(OrderPlaced(order.id))
    return Written(order, draft, is_new=True)


def claim(*, written: Written) -> Order:
    """Hold the stock of a new order for the setting's time, and take its voucher's use, gift-card money,
    points and reward; return the order, still to be paid. An order that was placed before has them already.

    These are the rows that everybody wants: this comes last in a step, so that they are locked for as short
    as can be. Four statements without such claims. Raises DomainError('out_of_stock', product_id=,
    available=, shortages=) and the refusals of the claims: voucher_ended, voucher_used_up,
    voucher_used_by_customer, gift_card_short (``card_id``), points_short, reward_used, reward_expired,
    tier_too_low, too_many_of_product (``product_id``, ``most``). The step has to end with any of them.
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
        )
    claims.claim(order=order, draft=draft)
    fulfill_requirement(_claim_of(order))
    return order


def _claim_of(order: Order) -> str:
    return f"the claim of order {order.number}"


def _insert(draft: OrderDraft) -> Order | None:
    """Insert the order, or return None where its checkout has one already.

    The unique index decides, and a second step for the same checkout waits here for the first one to end.
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
