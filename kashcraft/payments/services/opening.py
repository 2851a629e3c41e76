"""A try to pay an order, before the processor hears of it."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.db import db, table_of
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import OrderId, PaymentId, new_id
from kashcraft.core.statements import insert_if_absent
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus, RefundStatus
from kashcraft.orders.presenters import paid_without_card
from kashcraft.payments.gateways import in_use
from kashcraft.payments.models import Payment, PaymentStatus
from kashcraft.payments.rules import OPEN

PAYMENTS = table_of(Payment)
_REFERRED = PAYMENTS.update().where(
    PAYMENTS.c.id == sa.bindparam("payment"), PAYMENTS.c.gateway_reference.is_(None)
)


def open_first_payment(*, order: Order) -> Payment | None:
    """Do as ``open_payment`` for an order that this step has just placed, in one statement."""
    if order.is_open and order.amount_due:
        payment = _insert(order, 1, in_use())
        if payment is not None:
            return payment
    return open_payment(order_id=order.id)


def open_payment(*, order_id: OrderId, from_its_page: bool = False) -> Payment | None:
    """Return the payment by which an order is to be paid, or None where nothing is due: then it is paid now.

    It goes through the gateway that the shop is set up with. A try that is still open is returned again;
    after a declined or cancelled one the next attempt begins. The caller then calls ``begin`` outside the
    step. ``from_its_page`` is a press where an order waits that was placed before: its payment page is used,
    so that its units are held longer. Two statements without it. Raises NotFound, and
    DomainError('order_not_payable', number=, status=) when the order is paid or has ended.
    """
    order, latest = _with_latest(order_id)
    # Money that came too late may be on its way back before the order has expired.
    if order.status is not OrderStatus.PENDING or order.refund_status is not RefundStatus.NONE:
        raise DomainError("order_not_payable", number=order.number, status=order.status.value)
    if order.amount_due == 0:
        orders.mark_paid(order_id=order_id, method=paid_without_card(order))
        return None
    if from_its_page:
        orders.note_payment_use(order_id=order_id)
    if latest is not None and latest.status in OPEN:
        return latest
    attempt = latest.attempt + 1 if latest else 1
    payment = _insert(order, attempt, in_use())
    if payment is None:
        same = sa.select(Payment).where(Payment.order_id == order_id, Payment.attempt == attempt)
        payment = db.session.scalars(same.execution_options(populate_existing=True)).one()
    return payment


def record_reference(*, payment_id: PaymentId, reference: str) -> None:
    """Keep the processor's own reference of a payment, the first one it gave."""
    db.session.execute(_REFERRED, {"payment": payment_id, "gateway_reference": reference})


def _with_latest(order_id: OrderId) -> tuple[Order, Payment | None]:
    """Return the order, locked, and its last payment."""
    row = db.session.execute(
        sa.select(Order, Payment)
        .outerjoin(Payment, Payment.order_id == Order.id)
        .where(Order.id == order_id)
        .order_by(Payment.attempt.desc())
        .limit(1)
        .with_for_update(of=Order)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("no_order", order_id=str(order_id))
    return row[0], row[1]


def _insert(order: Order, attempt: int, gateway: str) -> Payment | None:
    """Insert the attempt, or return None where another step has opened it at the same moment.

    The unique index decides, because a row read beside a locked one may be older than the lock.
    """
    row = {
        "id": new_id(), "order_id": order.id, "attempt": attempt, "gateway": gateway,
        "status": PaymentStatus.CREATED, "amount": order.amount_due, "currency": order.currency,
    }  # fmt: skip
    return insert_if_absent(Payment, row, unique=("order_id", "attempt"))
