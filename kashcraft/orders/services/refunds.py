"""Money that goes back. The processor is called after the commit, keyed by the refund's id."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import bus, clock
from kashcraft.core.db import db
from kashcraft.core.ids import new_id
from kashcraft.events.orders import RefundMade
from kashcraft.inventory import services as stock
from kashcraft.orders.models import (
    Order,
    OrderLine,
    Refund,
    RefundLine,
    RefundState,
    RefundStatus,
)
from kashcraft.orders.services.history import lines_of, record, stock_of


def refund_in_full(
    *, order_id: UUID, reason: str, restock: bool = False, actor_id: UUID | None = None
) -> Refund | None:
    """Give back everything that an order took, once; return the refund, or None where nothing was taken.

    An order that was never marked paid (its money came too late) gives back what was charged: its gift cards
    were given back when it ended. ``restock`` puts its units on the shelf again.
    """
    order = db.session.scalars(
        sa.update(Order)
        .where(Order.id == order_id, Order.refund_status == RefundStatus.NONE, Order.refunded_total == 0)
        .values(
            refund_status=RefundStatus.FULL,
            refunded_total=sa.case((Order.paid_at.is_(None), Order.amount_due), else_=Order.total),
        )
        .returning(Order)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if order is None:
        return db.session.scalar(sa.select(Refund).where(Refund.key == _key(order_id)))
    lines = lines_of(order_id) if order.paid_at else []
    refund = _write(order, reason, restock, actor_id)
    if lines:
        _return_lines(order, lines, refund, restock=restock)
    record(order_id, "refunded", note=reason, actor_id=actor_id, amount=order.refunded_total)
    if refund is not None:
        bus.publish(RefundMade(order_id, refund.id))
    return refund


def mark_refund_done(*, refund_id: UUID) -> Refund | None:
    """Note that the processor has returned the money; return the refund, or None where that was known."""
    return _settle(refund_id, RefundState.DONE, done_at=clock.now())


def mark_refund_failed(*, refund_id: UUID) -> Refund | None:
    """Note that the processor refuses, so that staff see it; return the refund, or None when settled."""
    return _settle(refund_id, RefundState.FAILED)


def _settle(refund_id: UUID, state: RefundState, **values: object) -> Refund | None:
    open_ones = (
        [RefundState.PENDING, RefundState.FAILED] if state is RefundState.DONE else [RefundState.PENDING]
    )
    return db.session.scalars(
        sa.update(Refund)
        .where(Refund.id == refund_id, Refund.state.in_(open_ones))
        .values(state=state, **values)
        .returning(Refund)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()


def _key(order_id: UUID) -> str:
    return f"full:{order_id}"


def _write(order: Order, reason: str, restock: bool, actor_id: UUID | None) -> Refund | None:
    if order.refunded_total == 0:
        return None
    paid = order.paid_at is not None
    on_top = 0 if order.prices_include_tax else order.shipping_tax
    refund = Refund(
        id=new_id(),
        order_id=order.id,
        key=_key(order.id),
        state=RefundState.PENDING if order.amount_due else RefundState.DONE,
        amount=order.refunded_total,
        shipping_amount=order.shipping_total + on_top if paid else 0,
        tax_amount=order.tax_total if paid else 0,
        charged_amount=order.amount_due,
        gift_card_amount=order.refunded_total - order.amount_due,
        reason=reason,
        restocks=restock,
        actor_id=actor_id,
        done_at=None if order.amount_due else clock.now(),
    )
    db.session.add(refund)
    db.session.flush()  # its lines are written by a statement of their own
    return refund


def _return_lines(order: Order, lines: list[OrderLine], refund: Refund | None, *, restock: bool) -> None:
    """Mark every unit as returned, and put the units back where they are to be sold again."""
    db.session.execute(
        sa.update(OrderLine)
        .where(OrderLine.order_id == order.id)
        .values(refunded_quantity=OrderLine.quantity)
        .execution_options(synchronize_session=False)
    )
    if refund is not None:
        on_top = not order.prices_include_tax
        rows = [
            {
                "id": new_id(), "refund_id": refund.id, "order_line_id": line.id, "quantity": line.quantity,
                "amount": line.gross - line.discount + (line.tax if on_top else 0), "tax_amount": line.tax,
            }
            for line in lines
        ]  # fmt: skip
        db.session.execute(sa.insert(RefundLine), rows)
    if restock and stock_of(lines):
        stock.return_units(lines=stock_of(lines), key=_key(order.id), order_id=order.id)
