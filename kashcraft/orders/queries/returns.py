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
from kashcraft.orders.queries.staff import list_matching
from kashcraft.orders.rules import ReturnState, StaffItem, StaffReturn

# What a list of returns can be sorted by.
SORTED_BY: Mapping[str, sa.SQLColumnExpression[object]] = {
    "age": ReturnRequest.requested_at,
    "order": Order.number,
}


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
    *,
    words: str = "",
    states: Collection[ReturnState] = (),
    sort: str = "age",
    descending: bool = False,
    page: int,
    size: int,
) -> tuple[list[StaffReturn], int]:
    """Return one page of the open returns, and the number of all.

    ``words`` are those of ``search_orders``. With ``states`` only returns in one of them. ``sort`` is a key
    of ``SORTED_BY``, oldest first unless ``descending``. Four statements.
    """
    wanted = [_is_open(), *list_matching(words)]
    if states:
        wanted.append(ReturnRequest.state.in_(states))
    of_order = Order.id == ReturnRequest.order_id
    total = sa.select(sa.func.count()).select_from(ReturnRequest).join(Order, of_order).where(*wanted)
    key = SORTED_BY[sort]
    order = (key.desc(), ReturnRequest.id.desc()) if descending else (key, ReturnRequest.id)
    rows = db.session.execute(
        sa.select(ReturnRequest, Order)
        .join(Order, of_order)
        .where(*wanted)
        .options(selectinload(ReturnRequest.lines))
        .order_by(*order)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    lines = _list_lines({part.order_line_id for one, _ in rows for part in one.lines})
    found = [_staff_return(one, of, lines) for one, of in rows]
    return found, db.session.scalar(total) or 0


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
