"""Records of refunds that the processor has paid."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.db import db, rows_changed
from kashcraft.core.ids import OrderId, PaymentId, RefundId, UserId
from kashcraft.orders import services as orders
from kashcraft.orders.models import Refund
from kashcraft.payments.models import Payment, PaymentEvent
from kashcraft.payments.services import pending_jobs


def retry_refund(*, order_id: OrderId, refund_id: RefundId, actor_id: UserId | None = None) -> Refund | None:
    """Enqueue an order's refund again after the processor has refused it; return the refund.

    Return None if the refund is not refused. The refund's id keys the call, so nothing is paid twice.
    Raises NotFound.
    """
    refund = orders.reopen_refund(order_id=order_id, refund_id=refund_id, actor_id=actor_id)
    if refund is not None:
        pending_jobs.return_refund.enqueue(refund_id=refund_id)
    return refund


def record_refund(*, payment_id: PaymentId, refund_id: RefundId, amount: int) -> None:
    """Record that a refund of an order has been paid, once."""
    if orders.mark_refund_done(refund_id=refund_id) is not None:
        _count(payment_id, amount, refund=str(refund_id))


def record_surplus(*, payment_id: PaymentId, order_id: OrderId, amount: int) -> None:
    """Record that a payment without use has been refunded, and notify the customer, once."""
    if _count(payment_id, amount, Payment.refunded_amount == 0, refund="surplus"):
        orders.send_surplus_email(order_id=order_id, payment_id=payment_id, amount=amount)


def _count(payment_id: PaymentId, amount: int, *conditions: sa.ColumnElement[bool], refund: str) -> bool:
    counted = db.session.execute(
        sa.update(Payment)
        .where(Payment.id == payment_id, Payment.refunded_amount + amount <= Payment.amount, *conditions)
        .values(refunded_amount=Payment.refunded_amount + amount)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(counted):
        return False
    row = {"payment_id": payment_id, "kind": "refunded", "data": {"refund": refund, "amount": amount}}
    db.session.execute(sa.insert(PaymentEvent).values(row))
    return True
