"""Returns: requested by customers, decided and received by staff. The refund is a step of its own."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import OrderId, OrderLineId, RefundId, ReturnId, UserId, new_id
from kashcraft.core.settings import settings
from kashcraft.orders import queries, rules
from kashcraft.orders.models import (
    Order,
    ReturnReason,
    ReturnRequest,
    ReturnRequestLine,
    ReturnState,
)
from kashcraft.orders.services import emails
from kashcraft.orders.services.history import list_lines, lock_order, record_event


def request_return(
    *,
    order_id: OrderId,
    lines: Mapping[OrderLineId, tuple[int, ReturnReason]],
    note: str = "",
    actor_id: UserId | None = None,
    key: str,
) -> ReturnRequest:
    """Request the return of (units, reason) by line, send the e-mail about it, and return the request.

    ``key`` makes repeated calls return the same request. Raises NotFound, and DomainError:
    return_too_late (not shipped yet, or longer ago than ``return_days``), return_units (``line_id``,
    ``left``), return_nothing.
    """
    order = lock_order(order_id)
    known = db.session.scalar(sa.select(ReturnRequest).where(ReturnRequest.key == key))
    if known is not None:
        return known
    if not rules.may_return(order, clock.now(), settings().return_time):
        raise DomainError("return_too_late", number=order.number)
    left = rules.returnable(list_lines(order_id), queries.list_returns(order_id))
    for line_id, (units, _) in lines.items():
        if not 0 < units <= left.get(line_id, 0):
            raise DomainError("return_units", line_id=str(line_id), left=left.get(line_id, 0))
    if not lines:
        raise DomainError("return_nothing")
    made = _write(order, lines, note, key)
    units = sum(count for count, _ in lines.values())
    record_event(
        order_id, "return_requested", note=note, actor_id=actor_id, return_id=str(made.id), units=units
    )
    emails.send_return_email(order=order, request=made)
    return made


def approve_return(*, return_id: ReturnId, actor_id: UserId | None = None, answer: str = "") -> ReturnRequest:
    """Approve a return, send the customer the address to return to, and return the request.

    A second call changes nothing. Raises NotFound and DomainError('wrong_return_state', state=).
    """
    return _change_state(return_id, ReturnState.APPROVED, actor_id, answer=answer, decided_at=clock.now())


def refuse_return(*, return_id: ReturnId, actor_id: UserId | None = None, answer: str) -> ReturnRequest:
    """Refuse a return, send the customer the reason, and return the request.

    An approved or received return can be refused until it is refunded. Raises what ``approve_return``
    raises.
    """
    now = clock.now()
    return _change_state(
        return_id, ReturnState.REFUSED, actor_id, answer=answer, decided_at=now, received_at=None
    )


def receive_return(*, return_id: ReturnId, actor_id: UserId | None = None) -> ReturnRequest:
    """Record that the units of a return have arrived, with or without approval; return the request.

    Raises what ``approve_return`` raises.
    """
    decided = sa.func.coalesce(ReturnRequest.decided_at, clock.now())
    return _change_state(
        return_id, ReturnState.RECEIVED, actor_id, decided_at=decided, received_at=clock.now()
    )


def settle_return(*, return_id: ReturnId, order_id: OrderId, refund_id: RefundId) -> None:
    """Record the refund of a received return. Raises DomainError('return_not_received')."""
    settled = db.session.scalars(
        sa.update(ReturnRequest)
        .where(
            ReturnRequest.id == return_id,
            ReturnRequest.order_id == order_id,
            ReturnRequest.state == ReturnState.RECEIVED,
            ReturnRequest.refund_id.is_(None),
        )
        .values(refund_id=refund_id)
        .returning(ReturnRequest.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if settled is None:
        raise DomainError("return_not_received", return_id=str(return_id))


def _change_state(
    return_id: ReturnId, state: ReturnState, actor_id: UserId | None, **values: object
) -> ReturnRequest:
    order_id = db.session.scalar(sa.select(ReturnRequest.order_id).where(ReturnRequest.id == return_id))
    if order_id is None:
        raise NotFound("no_return", return_id=str(return_id))
    order = lock_order(order_id)
    moved = db.session.scalars(
        sa.update(ReturnRequest)
        .where(
            ReturnRequest.id == return_id,
            ReturnRequest.state.in_(rules.return_origins(state)),
            ReturnRequest.refund_id.is_(None),
        )
        .values(state=state, **values)
        .returning(ReturnRequest)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if moved is None:
        return _check_state(return_id, state)
    record_event(
        order_id, f"return_{state.value}", note=moved.answer, actor_id=actor_id, return_id=str(return_id)
    )
    emails.send_return_email(order=order, request=moved)
    return moved


def _check_state(return_id: ReturnId, state: ReturnState) -> ReturnRequest:
    request = db.session.get_one(ReturnRequest, return_id, populate_existing=True)
    if request.state is not state:
        raise DomainError("wrong_return_state", state=request.state.value)
    return request


def _write(
    order: Order, lines: Mapping[OrderLineId, tuple[int, ReturnReason]], note: str, key: str
) -> ReturnRequest:
    made = ReturnRequest(id=new_id(), order_id=order.id, key=key, state=ReturnState.REQUESTED, note=note)
    db.session.add(made)
    db.session.flush()  # its lines are written by a statement of their own
    rows = [
        {
            "id": new_id(), "return_request_id": made.id, "order_line_id": line_id, "quantity": units,
            "reason": reason,
        }
        for line_id, (units, reason) in lines.items()
    ]  # fmt: skip
    db.session.execute(sa.insert(ReturnRequestLine), rows)
    return made
