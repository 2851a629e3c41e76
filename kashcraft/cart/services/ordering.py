"""A cart and the order that was placed from it: noted, let go, and what was paid taken out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kashcraft.cart.models import Cart, CartCode, CartLine
from kashcraft.core.db import db, rows_changed, table_of
from kashcraft.core.ids import CartId, OrderId
from kashcraft.orders.models import OrderLine

CARTS = table_of(Cart)
LINES = table_of(CartLine)
CODES = table_of(CartCode)
# Written out, because columns in RETURNING lose the name of their table on SQLite, and then mean another one.
HAS_CODES: Any = sa.literal_column(
    "EXISTS (SELECT 1 FROM cart_codes WHERE cart_codes.cart_id = carts.id)", sa.Boolean
).label("has_codes")


_ATTACHED = CARTS.update().where(CARTS.c.id == sa.bindparam("cart"))


def attach_order(*, cart_id: CartId, order_id: OrderId) -> None:
    """Note the order that was placed from a cart and waits for its money."""
    db.session.execute(_ATTACHED, {"cart": cart_id, "pending_order_id": order_id})


def detach_order(*, order_id: OrderId) -> bool:
    """Forget an order that has ended; return whether a cart still had it."""
    forgotten = CARTS.update().where(CARTS.c.pending_order_id == order_id).values(pending_order_id=None)
    return rows_changed(db.session.execute(forgotten)) == 1


_WITH_ORDER = CARTS.c.pending_order_id == sa.bindparam("paid_order")
# Only what the order names: another tab may have put something into the cart while it was written.
_BOUGHT = LINES.delete().where(
    LINES.c.cart_id == sa.select(CARTS.c.id).where(_WITH_ORDER).scalar_subquery(),
    LINES.c.is_saved.is_(False),
    LINES.c.product_id.in_(
        sa.select(OrderLine.product_id).where(OrderLine.order_id == sa.bindparam("paid_order"))
    ),
)
_EMPTIED = (
    CARTS.update()
    .where(_WITH_ORDER)
    .values(pending_order_id=None, points=0, reward_id=None)
    .returning(CARTS.c.id, HAS_CODES)
)


def empty_after_payment(*, order_id: OrderId) -> bool:
    """Take what was paid out of the cart that it was placed from, with what paid it; lines set aside stay.

    A cart that was changed since has let go of the order and is left alone; return whether it was emptied.
    """
    db.session.execute(_BOUGHT, {"paid_order": order_id})
    emptied = db.session.execute(_EMPTIED, {"paid_order": order_id}).one_or_none()
    if emptied is not None and emptied.has_codes:
        db.session.execute(CODES.delete().where(CODES.c.cart_id == emptied.id))
    return emptied is not None
