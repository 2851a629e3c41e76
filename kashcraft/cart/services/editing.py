"""Opening a cart for changes, and every statement that changes its contents.

Once a cart is changed, a pending order that was placed from it no longer matches it. Therefore each of these
statements takes an ``EditableCart``. Only ``make_editable`` creates one, after it has cancelled the pending
order and released its stock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from kashcraft.cart import queries, rules
from kashcraft.cart.models import Cart, CartCode, CartLine, CodeKind
from kashcraft.cart.rules import Owner
from kashcraft.core import clock
from kashcraft.core.db import db, insert_into, table_of
from kashcraft.core.errors import DomainError
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import (
    CartCodeId,
    CartId,
    CartLineId,
    GiftCardId,
    OrderId,
    ProductId,
    new_id,
    new_token,
    token_hash,
)
from kashcraft.core.statements import per_dialect
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus

LINES = table_of(CartLine)
CARTS = table_of(Cart)
CODES = table_of(CartCode)
Changing = TypeVar("Changing", sa.Update, sa.Delete)
TOUCH_INTERVAL = timedelta(days=1)


class ReadCart(Protocol):
    """A cart as a query has read it, with its pending order, if any."""

    @property
    def cart_id(self) -> CartId | None:
        """Return the id of the cart, None where there is no cart."""

    @property
    def pending_order_id(self) -> OrderId | None:
        """Return the id of the order, which may have ended in the meantime."""


@dataclass(frozen=True, slots=True)
class PutLine:
    """A line after units were added to it: its id and quantity, and the units to buy in the whole cart."""

    line_id: CartLineId
    quantity: int
    count: int


@dataclass(frozen=True, slots=True)
class EditableCart:
    """A cart without a pending order.

    ``cancelled_order`` is the number of the order that was cancelled for the change, empty without one.
    """

    cart_id: CartId
    cancelled_order: str = ""


def make_editable(*, cart: ReadCart, ends_order: bool = True) -> EditableCart:
    """Return a cart that can be changed; its pending order is cancelled.

    The row of the order is locked first, so an order that is being paid is not cancelled. No statement
    without a pending order. With ``ends_order`` False a pending order raises DomainError('order_waits',
    number=, total=), so that the customer can be asked.
    """
    assert cart.cart_id is not None
    if cart.pending_order_id is None:
        return EditableCart(cart.cart_id)
    if not ends_order:
        _check_no_pending_order(cart.pending_order_id)
    return EditableCart(cart.cart_id, _cancel_pending(cart.pending_order_id))


def _check_no_pending_order(order_id: OrderId) -> None:
    waiting = queries.find_pending_order(order_id)
    if waiting is not None:
        number, total = waiting
        raise DomainError("order_waits", number=number, total=total)


def _cancel_pending(order_id: OrderId) -> str:
    """Cancel a pending order and return its number, empty where it is no longer pending."""
    status = db.session.scalar(sa.select(Order.status).where(Order.id == order_id).with_for_update())
    if status is not OrderStatus.PENDING:
        return ""
    reason = _("The bag or the checkout was changed before it was paid.")
    return orders.cancel(order_id=order_id, reason=reason).number


def create_cart(*, owner: Owner) -> tuple[EditableCart, str | None]:
    """Create a cart for a member, or for a guest with a new token; return it and that token.

    A token without a cart is never reused, because it may not come from this shop. One statement.
    """
    if owner.user_id is None:
        token = new_token()
        cart_id = CartId(new_id())
        db.session.execute(_cart_statement(), {"id": cart_id, "token_hash": token_hash(token)})
        return EditableCart(cart_id), token
    statement = insert_into(CARTS).values(id=new_id(), user_id=owner.user_id)
    # A concurrent request of the same member may have created it.
    statement = statement.on_conflict_do_update(
        index_elements=[CARTS.c.user_id], set_={"updated_at": clock.now()}
    )
    return EditableCart(db.session.execute(statement.returning(CARTS.c.id)).scalar_one()), None


@cache
def _cart_statement() -> sa.Insert:
    """Return the statement that creates the cart of a guest."""
    return CARTS.insert()


def put_line(
    cart: EditableCart,
    product_id: ProductId,
    quantity: int,
    price: int,
    *,
    most: int,
    details: dict[str, Any] | None,
    line_id: CartLineId | None,
) -> PutLine:
    """Add units to the product's line or create the line, and return it. One statement.

    The database adds the quantities, so that concurrent requests both count. ``price`` is the price of one
    unit in minor units, ``most`` the largest quantity, ``line_id`` the id of a new line.
    """
    values = {
        "new_id": line_id or new_id(), "cart": cart.cart_id, "product": product_id,
        "first": min(quantity, most), "added": quantity, "most": most, "price": price, "now": clock.now(),
        "details": details, "details_key": rules.details_key_of(details),
    }  # fmt: skip
    row = db.session.execute(_put_statement(), values).one()
    return PutLine(row.id, row.quantity, row.quantity + row.others)


@per_dialect
def _put_statement() -> sa.Executable:
    """Return the statement of ``put_line``, the most frequent write of the shop."""
    count = sa.Integer()
    most: Any = sa.bindparam("most", type_=count)
    price: Any = sa.bindparam("price", type_=LINES.c.seen_price.type)
    now = sa.bindparam("now", type_=LINES.c.updated_at.type)
    added = sa.case(
        (LINES.c.is_saved, sa.bindparam("added", type_=count)),
        else_=LINES.c.quantity + sa.bindparam("added", type_=count),
    )
    statement = insert_into(LINES).values(
        id=sa.bindparam("new_id"), cart_id=sa.bindparam("cart"), product_id=sa.bindparam("product"),
        quantity=sa.bindparam("first"), seen_price=price, is_saved=sa.false(), created_at=now, updated_at=now,
        details=sa.bindparam("details", type_=LINES.c.details.type), details_key=sa.bindparam("details_key"),
    )  # fmt: skip
    return statement.on_conflict_do_update(
        index_elements=[LINES.c.cart_id, LINES.c.product_id, LINES.c.details_key],
        set_={
            "quantity": sa.case((added > most, most), else_=added),
            "seen_price": price,
            "is_saved": sa.false(),
            "updated_at": now,
        },
    ).returning(LINES.c.quantity, LINES.c.id, _others().label("others"))


def _others() -> sa.ScalarSelect[int]:
    """Return the units to buy in the other lines of the cart.

    RETURNING may not read the row that the statement writes, so its line is left out by its unique columns.
    """
    others = LINES.alias("others")
    same = sa.and_(
        others.c.product_id == sa.bindparam("product"), others.c.details_key == sa.bindparam("details_key")
    )
    units = sa.select(sa.func.coalesce(sa.func.sum(others.c.quantity), 0))
    return units.where(
        others.c.cart_id == sa.bindparam("cart"), others.c.is_saved.is_(False), ~same
    ).scalar_subquery()


def set_line(cart: EditableCart, line_id: CartLineId, **values: Any) -> None:
    """Change columns of a line."""
    db.session.execute(_line(cart, LINES.update(), line_id).values(**values, updated_at=clock.now()))


def delete_line(cart: EditableCart, line_id: CartLineId) -> None:
    """Delete a line."""
    db.session.execute(_line(cart, LINES.delete(), line_id))


def _line(cart: EditableCart, statement: Changing, line_id: CartLineId) -> Changing:
    return statement.where(LINES.c.id == line_id, LINES.c.cart_id == cart.cart_id)


def put_voucher(cart: EditableCart, code: str) -> CartCodeId:
    """Store a voucher code in place of the previous one; return the id of a new row."""
    now, code_id = clock.now(), CartCodeId(new_id())
    row = {
        "id": code_id, "cart_id": cart.cart_id, "kind": CodeKind.VOUCHER, "voucher_code": code,
        "created_at": now,
    }  # fmt: skip
    db.session.execute(
        insert_into(CODES)
        .values(row)
        .on_conflict_do_update(
            index_elements=[CODES.c.cart_id],
            index_where=sa.text("kind = 'voucher'"),
            set_={"voucher_code": code, "created_at": now},
        )
    )
    return code_id


def put_gift_card(cart: EditableCart, card_id: GiftCardId, last_four: str) -> None:
    """Store a gift card to pay with; repeated calls have no effect."""
    row = {
        "id": new_id(), "cart_id": cart.cart_id, "kind": CodeKind.GIFT_CARD, "gift_card_id": card_id,
        "last_four": last_four, "created_at": clock.now(),
    }  # fmt: skip
    statement = insert_into(CODES).values(row)
    db.session.execute(
        statement.on_conflict_do_nothing(index_elements=[CODES.c.cart_id, CODES.c.gift_card_id])
    )


def delete_code(cart: EditableCart, code_id: CartCodeId) -> None:
    """Delete a code."""
    db.session.execute(CODES.delete().where(CODES.c.id == code_id, CODES.c.cart_id == cart.cart_id))


def set_requested_benefits(cart: EditableCart, **values: Any) -> None:
    """Store ``points`` or ``reward_id``, which the owner wants to use."""
    db.session.execute(CARTS.update().where(CARTS.c.id == cart.cart_id).values(**values))


def record_use(cart: EditableCart, touched_at: datetime | None) -> None:
    """Record the use of a cart, at most once a day."""
    now = clock.now()
    if touched_at is not None and touched_at < now - TOUCH_INTERVAL:
        db.session.execute(CARTS.update().where(CARTS.c.id == cart.cart_id).values(updated_at=now))


def set_seen_price(line_id: CartLineId, price: int) -> None:
    """Store the price that the owner has seen; the contents of the cart do not change."""
    statement = LINES.update().where(LINES.c.id == line_id)
    db.session.execute(statement.values(seen_price=price, updated_at=clock.now()))
