"""Changes of an order's status, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa

from kashcraft.core import activity_log, bus
from kashcraft.core.db import db, table_of
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import OrderId, ProductId, UserId
from kashcraft.core.statements import run
from kashcraft.events.orders import OrderMoved
from kashcraft.orders.models import Order, OrderEvent, OrderLine, OrderStatus
from kashcraft.orders.rules.sold import SoldLine


def move_order(
    order_id: OrderId,
    status: OrderStatus,
    *conditions: sa.ColumnElement[bool],
    origin: OrderStatus,
    **values: object,
) -> Order | None:
    """Change the status of an order from ``origin`` and return it; return None if it has another one.

    ``record_move`` has to follow. The buyer's keys for the limits of unpaid orders are cleared. The update
    waits for other steps that are changing the order.
    """
    changed = moving(status, Order.status == origin, *conditions, **values)
    return cast("Order | None", db.session.scalars(changed, {"of_order": order_id}).one_or_none())


EVENTS, ORDERS = table_of(OrderEvent), table_of(Order)


def moving(status: OrderStatus, *conditions: sa.ColumnElement[bool], **values: object) -> sa.Executable:
    """Return the statement of ``move_order`` for the order ``of_order``, for callers that keep it.

    ``conditions`` include the status that the order may have before.
    """
    changed = (
        ORDERS.update()
        .where(ORDERS.c.id == sa.bindparam("of_order"), *conditions)
        .values(status=status, mailbox_key=None, network_key=None, **values)
        .returning(*ORDERS.c)
    )
    found = sa.select(Order).from_statement(changed)
    return found.execution_options(populate_existing=True)


_LAST = sa.select(sa.func.coalesce(sa.func.max(EVENTS.c.sequence), 0)).where(
    EVENTS.c.order_id == sa.bindparam("of_order")
)
_RECORD = sa.insert(EVENTS).values(sequence=_LAST.scalar_subquery() + 1)


def record_event(
    order_id: OrderId,
    kind: str,
    *,
    status: OrderStatus | None = None,
    note: str = "",
    actor_id: UserId | None = None,
    currency: str | None = None,
    **data: str | int,
) -> None:
    """Add an entry to the order's history. The caller's change has locked the order's row.

    ``currency`` is the currency of an ``amount`` in the data, for the activity log.
    """
    row = {
        "of_order": order_id, "order_id": order_id, "kind": kind, "status": status, "note": note,
        "data": data, "actor_id": actor_id,
    }  # fmt: skip
    run(_RECORD, row)
    activity_log.note(
        "order",
        action=kind,
        order_id=order_id,
        amount=data.get("amount"),
        currency=currency,
        units=data.get("units"),
        refund_id=data.get("refund"),
        return_id=data.get("return_id"),
    )


def record_move(
    order_id: OrderId,
    kind: str,
    *,
    origin: OrderStatus,
    status: OrderStatus,
    note: str = "",
    actor_id: UserId | None = None,
    **data: str | int,
) -> None:
    """Add a change of status to the order's history and publish it. The change has locked the row."""
    record_event(order_id, kind, status=status, note=note, actor_id=actor_id, currency=None, **data)
    bus.publish(OrderMoved(order_id, origin.value, status.value))


_LINES = (
    sa.select(OrderLine).where(OrderLine.order_id == sa.bindparam("of_order")).order_by(OrderLine.position)
)


def list_lines(order_id: OrderId) -> list[OrderLine]:
    """Return the lines of an order by position."""
    return list(db.session.scalars(_LINES, {"of_order": order_id}))


def stocked_units(lines: Sequence[SoldLine]) -> list[tuple[ProductId, int]]:
    """Return (product, units) of the lines with stock; gift cards have none."""
    return [(line.product_id, line.quantity) for line in lines if not line.is_gift_card]


def lock_order(order_id: OrderId) -> Order:
    """Return the order and lock its row until the step ends. Raises NotFound."""
    row = sa.select(Order).where(Order.id == order_id).with_for_update()
    order = db.session.scalars(row.execution_options(populate_existing=True)).one_or_none()
    if order is None:
        raise NotFound("no_order", order_id=str(order_id))
    return order


def reload_order(order_id: OrderId) -> Order:
    """Return the order as it is in the database now. Raises NotFound."""
    rows = sa.select(Order).where(Order.id == order_id).execution_options(populate_existing=True)
    order = db.session.scalars(rows).one_or_none()
    if order is None:
        raise NotFound("no_order", order_id=str(order_id))
    return order


def wrong_status_error(order: Order) -> DomainError:
    """Return the error for a change that the order's status does not allow."""
    return DomainError("wrong_status", number=order.number, status=order.status.value)
