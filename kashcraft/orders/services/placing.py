"""Placing: the order is written and all that it counts on is claimed, or nothing happens."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kashcraft.core import bus, clock
from kashcraft.core.context import settings
from kashcraft.core.db import db, insert_into
from kashcraft.core.ids import new_id, new_reference
from kashcraft.events.orders import OrderPlaced
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from kashcraft.orders.rules import OrderDraft
from kashcraft.orders.services import claims
from kashcraft.orders.services.history import record


def place(*, draft: OrderDraft) -> Order:
    """Write the order of a checkout, hold its stock for the setting's time, and return it, still to be paid.

    Its voucher's use, gift-card money, points and reward are claimed with it. A checkout that was placed
    before gives the order that it gave then, whatever has become of it. Seven statements without such claims.
    Raises DomainError('out_of_stock', product_id=, available=, shortages=) and the refusals of the claims:
    voucher_ended, voucher_used_up, voucher_used_by_customer, gift_card_short (``card_id``), points_short,
    reward_used, reward_expired, tier_too_low. The step has to end with any of them.
    """
    expires_at = clock.now() + settings().hold_time
    order = _insert(
        {
            **rules.order_values(draft),
            "id": new_id(),
            "number": new_reference("KC"),
            "status": OrderStatus.PENDING,
            "placed_at": clock.now(),
            "expires_at": expires_at,
        }
    )
    if order is None:
        return db.session.scalars(sa.select(Order).where(Order.checkout_id == draft.checkout_id)).one()
    if draft.stock:
        stock.hold(
            holder_kind=HolderKind.ORDER,
            holder_id=order.id,
            lines=draft.stock,
            expires_at=expires_at,
            user_id=draft.user_id,
            order_id=order.id,
        )
    rows = [{"id": new_id(), "order_id": order.id, **values} for values in rules.line_values(draft)]
    db.session.execute(sa.insert(OrderLine.__table__), rows)  # type: ignore[arg-type]
    claims.claim(order=order, draft=draft)
    record(order.id, "placed", status=OrderStatus.PENDING, actor_id=draft.user_id)
    bus.publish(OrderPlaced(order.id))
    return order


def _insert(values: dict[str, Any]) -> Order | None:
    """Insert the order, or return None where its checkout has one already.

    The unique index decides, and a second step for the same checkout waits here for the first one to end.
    """
    statement = insert_into(Order).values(values).on_conflict_do_nothing(index_elements=["checkout_id"])
    return db.session.scalars(statement.returning(Order)).one_or_none()
