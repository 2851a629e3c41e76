"""Reads of payments for pages and jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import OrderId, PaymentId, RefundId
from kashcraft.orders.models import Order, OrderEvent, OrderStatus, Refund, RefundState
from kashcraft.payments.models import Payment, PaymentEvent, PaymentStatus
from kashcraft.payments.rules import OPEN, PAUSES, UNDECIDED

# The kind of event for a payment that its processor did not cancel when asked to.
NOT_ENDED = "not_ended"


@dataclass(frozen=True, slots=True)
class DueRefund:
    """The charge that a refund has to return, and the payment it is refunded through."""

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


# Built once, and with the columns that the view uses, because every buyer returns from the processor.
_RETURNED = (
    sa.select(Payment, Order)
    .join(Order)
    .where(Payment.id == sa.bindparam("payment"))
    .options(
        load_only(Payment.status, raiseload=True),
        load_only(Order.number, Order.user_id, Order.email, Order.status, Order.paid_at, raiseload=True),
    )
)


def get_returned_payment(payment_id: PaymentId) -> tuple[Payment, Order]:
    """Return a payment with its status, and its order with number, owner, e-mail address, status and time of
    payment. Raises NotFound. One statement.
    """
    row = db.session.execute(_RETURNED, {"payment": payment_id}).one_or_none()
    if row is None:
        raise NotFound("no_payment", payment_id=str(payment_id))
    return row[0], row[1]


def find_latest(order_id: OrderId) -> Payment | None:
    """Return the latest payment of an order, or None. One statement."""
    rows = sa.select(Payment).where(Payment.order_id == order_id).order_by(Payment.attempt.desc()).limit(1)
    return db.session.scalar(rows)


def list_undecided(
    *, before: datetime, used_after: datetime, slow_after: datetime, limit: int = 500
) -> list[PaymentId]:
    """Return up to ``limit`` payments created until ``before`` whose outcome is unknown.

    Payments that a bank is processing are listed if they were created after ``slow_after``. Other
    payments are listed if they were created after ``used_after`` and their order is not cancelled (for
    those see ``list_open_of_cancelled``). The order is random, so that no payment is left out for ever.
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
    """Return the undecided payments of cancelled orders, or of the order ``order_id``. One statement.

    Payments that the processor did not cancel are left out for a growing pause (``rules.PAUSES``).
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
    """Return when the processor first failed to cancel a payment, or None. One statement."""
    rows = sa.select(sa.func.min(PaymentEvent.created_at)).where(
        PaymentEvent.payment_id == payment_id, PaymentEvent.kind == NOT_ENDED
    )
    return db.session.scalar(rows)


def find_due_refund(refund_id: RefundId) -> DueRefund | None:
    """Return what a refund still has to return to a card and through which payment, or None.

    A refund is due until the processor has paid it. Of several payments that could bear it, the one that
    paid the order is used. One statement, two if there are several payments.
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
    return DueRefund(first.id, first.gateway, first.gateway_reference or "", first.charged_amount)


def list_overdue_refunds(*, before: datetime, limit: int = 100) -> list[RefundId]:
    """Return refunds created until ``before`` that the processor has not answered, oldest first."""
    rows = (
        sa.select(Refund.id)
        .where(Refund.state == RefundState.PENDING, Refund.charged_amount > 0, Refund.created_at <= before)
        .order_by(Refund.created_at, Refund.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows))


def was_processing(payment_id: PaymentId) -> bool:
    """Return whether a payment took so long that its customer has left the payment page."""
    rows = sa.select(PaymentEvent.id).where(
        PaymentEvent.payment_id == payment_id, PaymentEvent.kind == PaymentStatus.PROCESSING.value
    )
    return db.session.scalar(rows.limit(1)) is not None


def _payer(order_id: OrderId) -> str:
    """Return the id of the payment that paid an order according to its history, empty if none did."""
    paid = sa.select(OrderEvent.data).where(OrderEvent.order_id == order_id, OrderEvent.kind == "paid")
    return next((str(data.get("payment", "")) for data in db.session.scalars(paid)), "")
