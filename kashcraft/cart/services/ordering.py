"""The pending order of a cart: attach it, detach it, and remove paid lines."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kashcraft.cart.models import Cart, CartCode, CartLine
from kashcraft.core.db import db, rows_changed, table_of
from kashcraft.core.ids import CartId, OrderId
from kashcraft.core.statements import run
from kashcraft.orders.models import OrderLine

CARTS = table_of(Cart)
LINES = table_of(CartLine)
CODES = table_of(CartCode)
# Plain SQL, because SQLite drops table names in RETURNING and would compare with the wrong column.
HAS_CODES: Any = sa.literal_column(
    "EXISTS (SELECT 1 FROM cart_codes WHERE cart_codes.cart_id = carts.id)", sa.Boolean
).label("has_codes")


_ATTACHED = CARTS.update().where(CARTS.c.id == sa.bindparam("cart"))


def attach_order(*, cart_id: CartId, order_id: OrderId) -> None:
    """Store the unpaid order that was placed from a cart."""
    run(_ATTACHED, {"cart": cart_id, "pending_order_id": order_id})


def detach_order(*, order_id: OrderId) -> bool:
    """Detach an ended order from its cart; return whether a cart still referred to it."""
    detached = CARTS.update().where(CARTS.c.pending_order_id == order_id).values(pending_order_id=None)
    return rows_changed(db.session.execute(detached)) == 1


_WITH_ORDER = CARTS.c.pending_order_id == sa.bindparam("paid_order")
# Only the lines of the order: another tab may have added lines while the order was placed.
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
    """Remove the paid lines and redeemed benefits from the cart of a paid order; saved lines stay.

    A cart that was changed after the order was placed no longer refers to it and stays as it is. Returns
    whether a cart was emptied. Two statements, three for a cart with codes; the lines are always locked
    before the cart.
    """
    run(_BOUGHT, {"paid_order": order_id})
    emptied = run(_EMPTIED, {"paid_order": order_id}).one_or_none()
    if emptied is not None and emptied.has_codes:
        db.session.execute(CODES.delete().where(CODES.c.cart_id == emptied.id))
    return emptied is not None
