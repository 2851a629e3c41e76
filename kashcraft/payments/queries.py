"""Payments as pages and jobs read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import OrderId, PaymentId, RefundId
from kashcraft.orders.models import Order, OrderEvent, OrderStatus, Refund, RefundState
from kashcraft.payments.models import Payment, PaymentEvent, PaymentStatus
from kashcraft.payments.rules import OPEN, PAUSES, UNDECIDED

# The kind of event of a payment that its processor was asked to end, and did not.
NOT_ENDED = "not_ended"


@dataclass(frozen=True, slots=True)
class Owed:
    """What a refund owes to a card, and the payment it goes back through."""

    payment_id: PaymentId
    gateway: str
    reference: str
    amount: int


def get_payment(payment_id: PaymentId) -> Payment:
    """Return a payment. Raises NotFound. One statement."""
    found = db.session.scalar(sa.select(Payment).where(Payment.id == payment_id))
    if found is None:
        raise NotFound("no_payment", payment_id=str(payment_id))
    return found


def get_payment_and_order(payment_id: PaymentId) -> tuple[Payment, Order]:
    """Return a payment and its order, without lines. Raises NotFound. One statement."""
    row = db.session.execute(
        sa.select(Payment, Order).join(Order).where(Payment.id == payment_id)
    ).one_or_none()
    if row is None:
        raise NotFound("no_payment", payment_id=str(payment_id))
    return row[0], row[1]


def find_latest(order_id: OrderId) -> Payment | None:
    """Return the last try to pay an order, for its status and decline code. One statement."""
    rows = sa.select(Payment).where(Payment.order_id == order_id).order_by(Payment.attempt.desc()).limit(1)
    return db.session.scalar(rows)


def list_undecided(
    *, before: datetime, used_after: datetime, slow_after: datetime, limit: int = 500
) -> list[PaymentId]:
    """Return up to ``limit`` payments made until ``before`` whose end is not known.

    Those that the bank works on are looked for back to ``slow_after``, the others back to ``used_after`` and
    while their order is not cancelled (``list_open_of_cancelled``). Of more than that many chance
    chooses, so that none is left out for ever.
    """
    slow = sa.and_(Payment.status == PaymentStatus.PROCESSING, Payment.created_at > slow_after)
    used = sa.and_(Payment.created_at > used_after, Order.status != OrderStatus.CANCELLED)
    rows = (
        sa.select(Payment.id)
        .join(Order)
        .where(
            Payment.status.in_(OPEN),
            Payment.created_at <= before,
            sa.or_(slow, used),
            Payment.gateway_reference.is_not(None),
        )
        .order_by(sa.func.random())
        .limit(limit)
    )
    return list(db.session.scalars(rows))


def list_open_of_cancelled(*, order_id: OrderId | None = None, limit: int = 100) -> list[PaymentId]:
    """Return payments of cancelled orders, or of the one ``order_id``, on which nothing is decided yet.

    Those that the processor did not end are left out for a while, each time a longer one (``rules.PAUSES``).
    One statement.
    """
    made, now = PaymentEvent.created_at, clock.now()
    of_it = (PaymentEvent.payment_id == Payment.id, PaymentEvent.kind == NOT_ENDED)
    times = sa.select(sa.func.count()).where(*of_it).correlate(Payment).scalar_subquery()
    last = sa.select(sa.func.max(made)).where(*of_it).correlate(Payment).scalar_subquery()
    until = {number: now - pause for number, pause in enumerate(PAUSES[:-1], start=1)}
    rested = last <= sa.case(until, value=times, else_=now - PAUSES[-1])
    rows = (
        sa.select(Payment.id)
        .join(Order)
        .where(
            Order.status == OrderStatus.CANCELLED,
            Payment.status.in_(UNDECIDED),
            Payment.gateway_reference.is_not(None),
            sa.or_(times == 0, rested),
        )
        .order_by(Payment.created_at, Payment.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows if order_id is None else rows.where(Order.id == order_id)))


def find_first_not_ended(payment_id: PaymentId) -> datetime | None:
    """Return when the processor did not end a payment for the first time, or None. One statement."""
    rows = sa.select(sa.func.min(PaymentEvent.created_at)).where(
        PaymentEvent.payment_id == payment_id, PaymentEvent.kind == NOT_ENDED
    )
    return db.session.scalar(rows)


def find_owed(refund_id: RefundId) -> Owed | None:
    """Return what a refund still owes to a card, or None where nothing is owed (any more).

    It goes back through the payment that paid the order, never through one that was not needed and goes back
    by itself. One statement; another where several payments went through.
    """
    rows = (
        sa.select(
            Payment.id, Payment.gateway, Payment.gateway_reference, Refund.charged_amount, Payment.order_id
        )
        .join(Refund, Refund.order_id == Payment.order_id)
        .where(
            Refund.id == refund_id,
            Refund.state != RefundState.DONE,
            Refund.charged_amount > 0,
            Payment.status == PaymentStatus.SUCCEEDED,
            Payment.refunded_amount + Refund.charged_amount <= Payment.amount,
        )
        .order_by(Payment.succeeded_at, Payment.attempt)
    )
    found = db.session.execute(rows).all()
    if len(found) > 1:
        payer = _payer(found[0].order_id)
        found = sorted(found, key=lambda row: str(row.id) != payer)
    first = found[0] if found else None
    if first is None:
        return None
    return Owed(first.id, first.gateway, first.gateway_reference or "", first.charged_amount)


def list_overdue_refunds(*, before: datetime, limit: int = 100) -> list[RefundId]:
    """Return refunds made until ``before`` that the processor has not answered, the oldest first."""
    rows = (
        sa.select(Refund.id)
        .where(Refund.state == RefundState.PENDING, Refund.charged_amount > 0, Refund.created_at <= before)
        .order_by(Refund.created_at, Refund.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows))


def was_processing(payment_id: PaymentId) -> bool:
    """Return whether a payment took its time, so that whoever made it has left the page."""
    rows = sa.select(PaymentEvent.id).where(
        PaymentEvent.payment_id == payment_id, PaymentEvent.kind == PaymentStatus.PROCESSING.value
    )
    return db.session.scalar(rows.limit(1)) is not None


def _payer(order_id: OrderId) -> str:
    """Return the id of the payment that paid an order, as its history has it; empty where none did."""
    paid = sa.select(OrderEvent.data).where(OrderEvent.order_id == order_id, OrderEvent.kind == "paid")
    return next((str(data.get("payment", "")) for data in db.session.scalars(paid)), "")
