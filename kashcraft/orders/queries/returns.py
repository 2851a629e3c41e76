"""Reads of returns."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core.backlog import Backlog
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import OrderId, ReturnId
from kashcraft.orders.models import Order, ReturnRequest
from kashcraft.orders.rules import ReturnState


def list_returns(order_id: OrderId) -> Sequence[ReturnRequest]:
    """Return the returns of an order with their lines, oldest first. Two statements, one if it has none."""
    rows = (
        sa.select(ReturnRequest)
        .where(ReturnRequest.order_id == order_id)
        .options(selectinload(ReturnRequest.lines))
        .order_by(ReturnRequest.requested_at, ReturnRequest.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(rows).all()


def list_waiting_returns(*, page: int, size: int) -> tuple[list[tuple[ReturnRequest, Order]], int]:
    """Return one page of the open returns with their orders, oldest first, and the number of all.

    Three statements.
    """
    is_open, total = _is_open(), count_waiting_returns()
    rows = db.session.execute(
        sa.select(ReturnRequest, Order)
        .join(Order, Order.id == ReturnRequest.order_id)
        .where(is_open)
        .options(selectinload(ReturnRequest.lines))
        .order_by(ReturnRequest.requested_at, ReturnRequest.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return [(request, order) for request, order in rows], total


def count_waiting_returns() -> int:
    """Return how many returns wait for staff: for an answer, a parcel or a refund. One statement."""
    rows = sa.select(sa.func.count()).select_from(ReturnRequest).where(_is_open())
    return int(db.session.scalar(rows) or 0)


def list_return_backlogs() -> dict[ReturnState, Backlog]:
    """Return the open returns by state, the oldest by when it reached the state. One statement."""
    since = sa.func.coalesce(ReturnRequest.received_at, ReturnRequest.decided_at, ReturnRequest.requested_at)
    rows = sa.select(ReturnRequest.state, sa.func.count(), sa.func.min(since)).where(_is_open())
    found = db.session.execute(rows.group_by(ReturnRequest.state))
    return {state: Backlog(count, oldest) for state, count, oldest in found}


def _is_open() -> sa.ColumnElement[bool]:
    return sa.and_(ReturnRequest.state != ReturnState.REFUSED, ReturnRequest.refund_id.is_(None))


def get_order_of_return(return_id: ReturnId) -> OrderId:
    """Return the id of a return's order. Raises NotFound. One statement."""
    order_id = db.session.scalar(sa.select(ReturnRequest.order_id).where(ReturnRequest.id == return_id))
    if order_id is None:
        raise NotFound("no_return", return_id=str(return_id))
    return order_id
