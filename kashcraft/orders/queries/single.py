"""Reads of a single order."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from kashcraft.core.db import db, table_of
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import OrderId, UserId, clean_reference
from kashcraft.orders.models import Order, OrderEvent, OrderLine, Refund

# Built once, because the page of the paid order is part of the checkout that the bench measures. The parts
# are attached to the order by hand: ``selectinload`` would build a statement for each of them every time.
_ORDER = sa.select(Order, sa.exists().where(Refund.order_id == Order.id).label("is_refunded"))
_BY_NUMBER = _ORDER.where(Order.number == sa.bindparam("wanted"))
_BY_ID = _ORDER.where(Order.id == sa.bindparam("wanted"))
_OF_ORDER = sa.bindparam("of_order", type_=table_of(Order).c.id.type)
_LINES = sa.select(OrderLine).where(OrderLine.order_id == _OF_ORDER).order_by(OrderLine.position)
_EVENTS = sa.select(OrderEvent).where(OrderEvent.order_id == _OF_ORDER).order_by(OrderEvent.sequence)
_REFUNDS = sa.select(Refund).where(Refund.order_id == _OF_ORDER).order_by(Refund.created_at)


def get_visible_order(*, number: str, user_id: UserId | None, opened_id: OrderId | None) -> Order:
    """Return an order with its lines, history and refunds, for its owner or the holder of its signed key.

    ``user_id`` is the signed-in customer, ``opened_id`` the order that the key opens. Raises NotFound for
    everybody else, as for an order that does not exist. Three statements, four for an order with refunds.
    """
    found = _find(_BY_NUMBER, clean_reference(number, "KC") or "")
    if found is None or not _may_see(found[0], user_id, opened_id):
        raise NotFound("no_order", number=number)
    return _with_parts(*found)


def get_full_order(order_id: OrderId) -> Order:
    """Return an order with its lines, history and refunds. Raises NotFound.

    Three statements, four for an order with refunds.
    """
    found = _find(_BY_ID, order_id)
    if found is None:
        raise NotFound("no_order", order_id=str(order_id))
    return _with_parts(*found)


def find_order(*, number: str, email: str) -> Order | None:
    """Return the order with this number and e-mail address, or None.

    The caller cannot tell which of them was wrong.
    """
    return db.session.scalar(
        sa.select(Order).where(
            Order.number == (clean_reference(number, "KC") or ""),
            Order.email_key == normalized_address(email),
        )
    )


def _find(statement: sa.Executable, wanted: str | OrderId) -> tuple[Order, bool] | None:
    """Return the order and whether it has refunds."""
    row = db.session.execute(statement, {"wanted": wanted}).one_or_none()
    return cast("tuple[Order, bool] | None", row)


def _with_parts(order: Order, is_refunded: bool) -> Order:
    of_order = {"of_order": order.id}
    set_committed_value(order, "lines", db.session.scalars(_LINES, of_order).all())
    set_committed_value(order, "events", db.session.scalars(_EVENTS, of_order).all())
    refunds = db.session.scalars(_REFUNDS, of_order).all() if is_refunded else []
    set_committed_value(order, "refunds", refunds)
    return order


def _may_see(order: Order, user_id: UserId | None, opened_id: OrderId | None) -> bool:
    return opened_id == order.id or (user_id is not None and user_id == order.user_id)
