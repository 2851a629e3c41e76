"""Opening a payment of an order, before its processor is called."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.db import db, table_of
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import OrderId, PaymentId, new_id
from kashcraft.core.statements import insert_if_absent, run
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus, RefundStatus
from kashcraft.orders.presenters import paid_without_card
from kashcraft.payments.gateways import current_gateway_name
from kashcraft.payments.models import Payment, PaymentStatus
from kashcraft.payments.rules import OPEN

PAYMENTS = table_of(Payment)
_REFERRED = PAYMENTS.update().where(
    PAYMENTS.c.id == sa.bindparam("payment"), PAYMENTS.c.gateway_reference.is_(None)
)


def open_first_payment(*, order: Order) -> Payment | None:
    """Open the payment of an order that this step has just placed, in one statement.

    Otherwise it does the same as ``open_payment``.
    """
    if order.is_open and order.amount_due:
        payment = _insert(order, 1, current_gateway_name())
        if payment is not None:
            return payment
    return open_payment(order_id=order.id)


def open_payment(*, order_id: OrderId, from_its_page: bool = False) -> Payment | None:
    """Return the payment of an order, or None if nothing is due: the order is then marked as paid.

    New payments use the gateway in the settings. An open payment is returned again. After a declined or
    cancelled payment the next attempt is opened. The caller then calls ``begin`` outside the step.
    ``from_its_page`` is true if the customer pays a waiting order from its page; then its hold is
    extended. Two statements without it.

    Raises NotFound, and DomainError('order_not_payable', number=, status=) if the order is paid or has
    ended.
    """
    order, latest = _with_latest(order_id)
    # A late payment may be refunded before the order has expired.
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
    payment = _insert(order, attempt, current_gateway_name())
    if payment is None:
        same = sa.select(Payment).where(Payment.order_id == order_id, Payment.attempt == attempt)
        payment = db.session.scalars(same.execution_options(populate_existing=True)).one()
    return payment


def record_reference(*, payment_id: PaymentId, reference: str) -> None:
    """Store the processor's reference of a payment, if it has none yet."""
    run(_REFERRED, {"payment": payment_id, "gateway_reference": reference})


def _with_latest(order_id: OrderId) -> tuple[Order, Payment | None]:
    """Lock the order; return it and its latest payment."""
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
    """Insert the attempt, or return None if another step has opened it at the same time.

    The unique index decides, because a row that is read beside a locked one may be older than the lock.
    """
    row = {
        "id": new_id(), "order_id": order.id, "attempt": attempt, "gateway": gateway,
        "status": PaymentStatus.CREATED, "amount": order.amount_due, "currency": order.currency,
    }  # fmt: skip
    return insert_if_absent(Payment, row, unique=("order_id", "attempt"))
