"""The one way in which an order's status moves, and the history that it leaves."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from kashcraft.core import activity_log
from kashcraft.core.db import db, table_of
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import OrderId, ProductId, UserId
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderEvent, OrderLine, OrderStatus


def move(
    order_id: OrderId,
    status: OrderStatus,
    *conditions: sa.ColumnElement[bool],
    origins: Sequence[OrderStatus] = (),
    **values: object,
) -> Order | None:
    """Give the order a new status where it may have it and return it, or None where it may not (any more).

    ``origins`` narrows the statuses it may come from. By whom an unpaid order was counted is forgotten
    then. The update waits for whoever is changing the order.
    """
    changed = (
        sa.update(Order)
        .where(Order.id == order_id, Order.status.in_(origins or rules.origins(status)), *conditions)
        .values(status=status, mailbox_key=None, network_key=None, **values)
        .returning(Order)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return db.session.scalars(changed).one_or_none()


EVENTS = table_of(OrderEvent)
_LAST = sa.select(sa.func.coalesce(sa.func.max(EVENTS.c.sequence), 0)).where(
    EVENTS.c.order_id == sa.bindparam("of_order")
)
_RECORD = sa.insert(EVENTS).values(sequence=_LAST.scalar_subquery() + 1)


def record(
    order_id: OrderId,
    kind: str,
    *,
    status: OrderStatus | None = None,
    note: str = "",
    actor_id: UserId | None = None,
    currency: str | None = None,
    **data: str | int,
) -> None:
    """Add a row to the order's history; the order's row is locked by the change that it tells of.

    ``currency`` is that of an ``amount`` among the data, for the log.
    """
    row = {
        "of_order": order_id, "order_id": order_id, "kind": kind, "status": status, "note": note,
        "data": data, "actor_id": actor_id,
    }  # fmt: skip
    db.session.execute(_RECORD, row)
    activity_log.note(
        "order",
        act=kind,
        order_id=order_id,
        amount=data.get("amount"),
        currency=currency,
        units=data.get("units"),
        refund_id=data.get("refund"),
        return_id=data.get("return_id"),
    )


_LINES = (
    sa.select(OrderLine).where(OrderLine.order_id == sa.bindparam("of_order")).order_by(OrderLine.position)
)


def lines_of(order_id: OrderId) -> list[OrderLine]:
    """Return the order's lines in their order."""
    return list(db.session.scalars(_LINES, {"of_order": order_id}))


def stock_of(lines: Sequence[OrderLine]) -> list[tuple[ProductId, int]]:
    """Return (product, units) of the lines that take stock; gift cards do not."""
    return [(line.product_id, line.quantity) for line in lines if not line.is_gift_card]


def locked(order_id: OrderId) -> Order:
    """Return the order, whose row nobody else changes until the step ends. Raises NotFound."""
    row = sa.select(Order).where(Order.id == order_id).with_for_update()
    order = db.session.scalars(row.execution_options(populate_existing=True)).one_or_none()
    if order is None:
        raise NotFound("no_order", order_id=str(order_id))
    return order


def as_it_is(order_id: OrderId) -> Order:
    """Return the order as the database has it now. Raises NotFound."""
    rows = sa.select(Order).where(Order.id == order_id).execution_options(populate_existing=True)
    order = db.session.scalars(rows).one_or_none()
    if order is None:
        raise NotFound("no_order", order_id=str(order_id))
    return order


def wrong_status(order: Order) -> DomainError:
    """Return the refusal of a change that the order's status does not allow."""
    return DomainError("wrong_status", number=order.number, status=order.status.value)
