"""Refunds of the demo orders: their payment by the sandbox, and the return of a single unit."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.core.ids import OrderId, UserId, new_id
from kashcraft.core.money import share_by_unit
from kashcraft.inventory import services as inventory
from kashcraft.orders.models import Order, OrderLine, Refund, RefundLine, RefundState, RefundStatus
from kashcraft.orders.services.history import list_lines, record_event
from kashcraft.payments.gateways import sandbox
from kashcraft.payments.models import Payment
from kashcraft.payments.services.refunds import record_refund

REASON = "One item returned"


def pay_out(*, order_id: OrderId, payment: Payment) -> None:
    """Pay the order's pending refunds back to the card in the sandbox, and record each."""
    pending = sa.select(Refund).where(Refund.order_id == order_id, Refund.state == RefundState.PENDING)
    for refund in db.session.scalars(pending).all():
        sandbox.processor().refund(
            reference=payment.gateway_reference or "", amount=refund.charged_amount, key=str(refund.id)
        )
        record_refund(payment_id=payment.id, refund_id=refund.id, amount=refund.charged_amount)


def return_one_unit(*, order_id: OrderId, actor_id: UserId) -> Refund:
    """Refund one unit of the order's first line with its tax, put it back into stock, and return the refund.

    The amounts are the unit's share of the line, rounded so that the shares of all units add up to the line.
    """
    order = db.session.get_one(Order, order_id)
    line = list_lines(order_id)[0]
    tax = share_by_unit(line.tax, line.quantity)[0]
    goods = share_by_unit(line.gross - line.discount, line.quantity)[0]
    amount = goods if order.prices_include_tax else goods + tax
    refund = Refund(
        id=new_id(),
        order_id=order_id,
        key=f"demo:{line.id}",
        amount=amount,
        tax_amount=tax,
        charged_amount=amount,
        reason=REASON,
        restocks=True,
        actor_id=actor_id,
        state=RefundState.PENDING,
    )
    db.session.add(refund)
    db.session.flush()  # the refund line refers to it
    db.session.execute(
        sa.insert(RefundLine).values(
            id=new_id(), refund_id=refund.id, order_line_id=line.id, quantity=1, amount=amount, tax_amount=tax
        )
    )
    _mark(order, line, amount)
    record_event(order_id, "refunded", note=REASON, actor_id=actor_id, amount=amount)
    inventory.return_units(lines=[(line.product_id, 1)], key=refund.key, order_id=order_id, user_id=actor_id)
    return refund


def _mark(order: Order, line: OrderLine, amount: int) -> None:
    whole = order.refunded_total + amount == order.total
    db.session.execute(
        sa.update(Order)
        .where(Order.id == order.id)
        .values(
            refunded_total=Order.refunded_total + amount,
            refund_status=RefundStatus.FULL if whole else RefundStatus.PARTIAL,
        )
    )
    db.session.execute(
        sa.update(OrderLine)
        .where(OrderLine.id == line.id)
        .values(refunded_quantity=OrderLine.refunded_quantity + 1)
    )
