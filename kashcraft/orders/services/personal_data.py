"""A person's orders in the export of personal data, and their erasure: what was bought and paid stays,
without who it was.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Refund,
    RefundState,
    ReturnRequest,
    ReturnState,
)

UNFINISHED = (OrderStatus.PENDING, OrderStatus.PAID, OrderStatus.PROCESSING)
OPEN_RETURNS = (ReturnState.REQUESTED, ReturnState.APPROVED)
# After this time a shipped order counts as delivered, whether or not its carrier has said so.
ARRIVAL = timedelta(days=60)


def export_personal_data(*, person: Individual) -> Export:
    """Return a person's orders with their lines and returns. Three statements."""
    orders = sa.select(
        Order.number, Order.status, Order.placed_at, Order.email, Order.phone, Order.shipping_address,
        Order.billing_address, Order.currency, Order.total, Order.amount_due, Order.voucher_code,
        Order.points_spent,
    )  # fmt: skip
    lines = sa.select(
        Order.number, OrderLine.sku, OrderLine.name, OrderLine.options, OrderLine.quantity,
        OrderLine.unit_price, OrderLine.details,
    ).join(Order, Order.id == OrderLine.order_id)  # fmt: skip
    returns = sa.select(
        Order.number, ReturnRequest.state, ReturnRequest.note, ReturnRequest.answer,
        ReturnRequest.requested_at,
    ).join(Order, Order.id == ReturnRequest.order_id)  # fmt: skip
    by_order = (Order.placed_at, Order.id)
    return {
        "orders": read_rows(orders.where(_is_of(person)).order_by(*by_order)),
        "lines": read_rows(lines.where(_is_of(person)).order_by(*by_order, OrderLine.position)),
        "returns": read_rows(returns.where(_is_of(person)).order_by(*by_order, ReturnRequest.id)),
    }


def erase_personal_data(*, person: Individual) -> None:
    """Anonymize a person's orders; only the countries of their addresses remain.

    Entries of histories keep their kind and amounts and lose their notes. Raises
    DomainError('orders_unfinished') while an order is not delivered, a refund is not paid out, or a return
    is open. An order that was shipped 60 days ago counts as delivered.
    """
    _refuse_unfinished(person)
    own = sa.select(Order.id).where(_is_of(person))
    _cut_addresses(person)
    run_erasures(
        sa.update(OrderLine).where(OrderLine.order_id.in_(own)).values(details=sa.null()),
        sa.update(OrderEvent).where(OrderEvent.order_id.in_(own)).values(note=""),
        sa.update(ReturnRequest).where(ReturnRequest.order_id.in_(own)).values(note="", answer=""),
        sa.update(Refund).where(Refund.order_id.in_(own)).values(reason=""),
        sa.update(Order)
        .where(_is_of(person))
        .values(
            email="", email_key="", search_key="", mailbox_key=None, network_key=None, phone=None,
            user_id=None, anonymised_at=clock.now(),
        ),
    )  # fmt: skip


def _is_of(person: Individual) -> sa.ColumnElement[bool]:
    return person.owns(Order.user_id, Order.email_key)


def _refuse_unfinished(person: Individual) -> None:
    own = sa.select(Order.id).where(_is_of(person))
    on_the_way = sa.and_(Order.status == OrderStatus.SHIPPED, Order.shipped_at > clock.now() - ARRIVAL)
    unfinished = (
        sa.select(Order.id).where(_is_of(person), sa.or_(Order.status.in_(UNFINISHED), on_the_way)),
        sa.select(Refund.id).where(Refund.order_id.in_(own), Refund.state != RefundState.DONE),
        sa.select(ReturnRequest.id).where(
            ReturnRequest.order_id.in_(own), ReturnRequest.state.in_(OPEN_RETURNS)
        ),
    )
    if any(db.session.scalar(found.limit(1)) is not None for found in unfinished):
        raise DomainError("orders_unfinished")


def _cut_addresses(person: Individual) -> None:
    """Leave the countries of the addresses, which are JSON and differ in both databases."""
    for order in db.session.scalars(sa.select(Order).where(_is_of(person))):
        for name in ("shipping_address", "billing_address"):
            country = getattr(order, name).get("country", order.shipping_country)
            setattr(order, name, {"country": country})
    db.session.flush()  # the next statements empty the columns by which the orders are found
