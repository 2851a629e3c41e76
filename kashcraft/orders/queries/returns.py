"""Reads of returns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core.backlog import Backlog
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import OrderId, OrderLineId, ReturnId
from kashcraft.orders.models import Order, OrderLine, ReturnRequest
from kashcraft.orders.rules import ReturnState, StaffItem, StaffReturn


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


def search_returns(
    *, states: Collection[ReturnState] = (), page: int, size: int
) -> tuple[list[StaffReturn], int]:
    """Return one page of the open returns, oldest first, and the number of all.

    With ``states`` only returns in one of them. Four statements.
    """
    wanted = [_is_open()]
    if states:
        wanted.append(ReturnRequest.state.in_(states))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(ReturnRequest).where(*wanted)) or 0
    rows = db.session.execute(
        sa.select(ReturnRequest, Order)
        .join(Order, Order.id == ReturnRequest.order_id)
        .where(*wanted)
        .options(selectinload(ReturnRequest.lines))
        .order_by(ReturnRequest.requested_at, ReturnRequest.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    lines = _list_lines({part.order_line_id for one, _ in rows for part in one.lines})
    return [_staff_return(one, order, lines) for one, order in rows], total


def count_returns_by_state() -> dict[ReturnState, int]:
    """Return how many returns are open, by state; a state without any is left out. One statement."""
    rows = sa.select(ReturnRequest.state, sa.func.count()).where(_is_open()).group_by(ReturnRequest.state)
    return dict(db.session.execute(rows).all())


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


def _list_lines(line_ids: Collection[OrderLineId]) -> dict[OrderLineId, OrderLine]:
    lines = db.session.scalars(sa.select(OrderLine).where(OrderLine.id.in_(line_ids)))
    return {line.id: line for line in lines}


def _staff_return(one: ReturnRequest, order: Order, lines: Mapping[OrderLineId, OrderLine]) -> StaffReturn:
    return StaffReturn(
        id=one.id,
        order_id=order.id,
        number=order.number,
        customer=order.shipping_address.get("full_name") or order.email,
        requested_at=one.requested_at,
        state=one.state,
        items=tuple(
            StaffItem(
                name=lines[part.order_line_id].name,
                options=lines[part.order_line_id].options,
                units=part.quantity,
            )
            for part in one.lines
        ),
        reasons=tuple(dict.fromkeys(part.reason for part in one.lines)),
    )


def get_order_of_return(return_id: ReturnId) -> OrderId:
    """Return the id of a return's order. Raises NotFound. One statement."""
    order_id = db.session.scalar(sa.select(ReturnRequest.order_id).where(ReturnRequest.id == return_id))
    if order_id is None:
        raise NotFound("no_return", return_id=str(return_id))
    return order_id
