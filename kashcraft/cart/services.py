"""Filling and changing a cart.

Every change first gives back what an order that was placed from this cart still holds. Stock is looked at,
not taken: that happens when an order is placed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from kashcraft.cart import queries, rules
from kashcraft.cart.models import Cart, CartLine
from kashcraft.cart.rules import MergeReport, Owner
from kashcraft.core import clock
from kashcraft.core.db import db, rows_changed
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id, new_token, token_hash
from kashcraft.inventory import queries as inventory
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderStatus

LINES: Any = CartLine.__table__
CARTS: Any = Cart.__table__
TOUCHED_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Changed:
    """What a line is after a change; ``token`` is a new guest cart's, ``asked`` what was wished for.

    ``quantity`` 0 means that the line is gone.
    """

    cart_id: UUID
    product_id: UUID
    name: str
    quantity: int
    asked: int
    token: str | None = None

    @property
    def capped(self) -> bool:
        """Return whether fewer pieces are free than were asked for."""
        return self.quantity < self.asked


def add(*, owner: Owner, product_id: UUID, quantity: int = 1) -> Changed:
    """Put pieces of a product into the owner's cart, opening one where there is none; return the line.

    More pieces than are free make it as many as are free. Two or three statements. Raises NotFound for an
    unknown product and DomainError: choose_an_option, no_longer_made, sold_out (all beside ``product_id``).
    """
    facts = queries.facts(owner, product_id)
    if facts is None:
        raise NotFound("product")
    rules.check_addable(facts)
    give_back_order(order_id=facts.pending_order_id)
    here = facts.quantity if facts.quantity and not facts.is_saved else 0
    free = _free(facts, product_id, here + quantity)
    if rules.allowed(here + quantity, free) == 0:
        raise DomainError("sold_out", field="product_id", name=facts.name)
    cart_id, token = (facts.cart_id, None) if facts.cart_id else open_cart(owner=owner)
    _touch(facts.cart_id, facts.cart_touched_at)
    kept = _put(
        cart_id,
        product_id,
        quantity,
        rules.price_at(facts, clock.now()),
        most=rules.allowed(rules.MOST, free),
    )
    return Changed(cart_id, product_id, facts.name, kept, here + quantity, token)


def open_cart(*, owner: Owner) -> tuple[UUID, str | None]:
    """Open a cart for a member, or for a guest under a new token; return its id and that token.

    A token that opens no cart is never taken over: it was not made by this shop, or its cart is gone.
    One statement.
    """
    if owner.user_id is None:
        token = new_token()
        cart_id = new_id()
        db.session.execute(CARTS.insert().values(id=cart_id, token_hash=token_hash(token)))
        return cart_id, token
    statement = _insert()(CARTS).values(id=new_id(), user_id=owner.user_id)
    # A second request of the same member may have opened it in between.
    statement = statement.on_conflict_do_update(
        index_elements=[CARTS.c.user_id], set_={"updated_at": clock.now()}
    )
    return db.session.execute(statement.returning(CARTS.c.id)).scalar_one(), None


def change(*, owner: Owner, line_id: UUID, quantity: int) -> Changed:
    """Set a line to ``quantity`` pieces, at most as many as are free; 0 removes it. Return the line.

    Raises NotFound for a line of another cart, DomainError: no_longer_made, sold_out.
    """
    line = _line(owner, line_id)
    if quantity <= 0:
        _delete(line_id)
        return Changed(line.cart_id, line.product_id, line.name, 0, 0)
    if quantity > line.quantity:
        rules.check_addable(line)
    free = rules.MOST if line.is_gift_card else inventory.free([line.product_id])[line.product_id]
    kept = rules.allowed(quantity, free)
    if kept == 0:
        raise DomainError("sold_out", field="quantity", name=line.name)
    _set(line_id, quantity=kept)
    return Changed(line.cart_id, line.product_id, line.name, kept, quantity)


def remove(*, owner: Owner, line_id: UUID) -> Changed:
    """Take a line out and return it as it was, so that it can be offered back. Raises NotFound."""
    line = _line(owner, line_id)
    _delete(line_id)
    return Changed(line.cart_id, line.product_id, line.name, line.quantity, line.quantity)


def restore(*, owner: Owner, product_id: UUID, quantity: int) -> Changed:
    """Put back a line that was taken out. Raises what ``add`` raises."""
    return add(owner=owner, product_id=product_id, quantity=quantity)


def save_for_later(*, owner: Owner, line_id: UUID) -> Changed:
    """Set a line aside: it stays in the cart and is not bought. Raises NotFound."""
    line = _line(owner, line_id)
    _set(line_id, is_saved=True)
    return Changed(line.cart_id, line.product_id, line.name, line.quantity, line.quantity)


def move_to_cart(*, owner: Owner, line_id: UUID) -> Changed:
    """Take a line that was set aside back among those to buy, at most as many as are free.

    Raises NotFound, DomainError: no_longer_made, sold_out.
    """
    line = _line(owner, line_id)
    rules.check_addable(line)
    free = rules.MOST if line.is_gift_card else inventory.free([line.product_id])[line.product_id]
    kept = rules.allowed(line.quantity, free)
    if kept == 0:
        raise DomainError("sold_out", field="quantity", name=line.name)
    _set(line_id, is_saved=False, quantity=kept, seen_price=rules.price_at(line, clock.now()))
    return Changed(line.cart_id, line.product_id, line.name, kept, line.quantity)


def acknowledge_prices(*, owner: Owner) -> int:
    """Note that the owner has seen the present prices; return how many lines had another one."""
    cart = queries.contents(owner)
    stale = [item for item in (*cart.items, *cart.saved) if item.seen_price != item.unit_price]
    for item in stale:
        _set(item.line_id, seen_price=item.unit_price)
    return len(stale)


def merge(*, user_id: UUID, token: str | None) -> MergeReport:
    """Make the guest cart that ``token`` opens the member's, together with the member's own lines.

    Returns what came over. A product that both have keeps the larger quantity. It is the guest's cart that
    stays, because a checkout may be under way in it. Orders that wait for their money are cancelled where two
    carts become one.
    """
    member, guest = Owner(user_id=user_id), Owner(token=token)
    theirs = queries.cart_of(guest) if token else None
    mine = queries.cart_of(member)
    if theirs is None:
        return MergeReport(count=queries.count(mine.id) if mine else 0)
    added = raised = 0
    if mine is not None:
        give_back_order(order_id=theirs.pending_order_id)
        give_back_order(order_id=mine.pending_order_id)
        added, raised = _merge_lines(guest_cart=theirs.id, member_cart=mine.id)
        db.session.execute(CARTS.delete().where(CARTS.c.id == mine.id))
    now_mine = CARTS.update().where(CARTS.c.id == theirs.id)
    db.session.execute(now_mine.values(user_id=user_id, token_hash=None, updated_at=clock.now()))
    return MergeReport(added=added, raised=raised, count=queries.count(theirs.id))


def attach_order(*, cart_id: UUID, order_id: UUID) -> None:
    """Note the order that was placed from a cart and waits for its money."""
    db.session.execute(CARTS.update().where(CARTS.c.id == cart_id).values(pending_order_id=order_id))


def detach_order(*, order_id: UUID) -> bool:
    """Forget an order that has ended; return whether a cart still had it."""
    forgotten = CARTS.update().where(CARTS.c.pending_order_id == order_id).values(pending_order_id=None)
    return rows_changed(db.session.execute(forgotten)) == 1


def empty_after_payment(*, order_id: UUID) -> bool:
    """Take what was paid out of the cart that it was placed from; lines set aside stay.

    A cart that was changed since has let go of the order and is left alone; return whether it was emptied.
    """
    cart = sa.select(CARTS.c.id).where(CARTS.c.pending_order_id == order_id).scalar_subquery()
    db.session.execute(LINES.delete().where(LINES.c.cart_id == cart, LINES.c.is_saved.is_(False)))
    return detach_order(order_id=order_id)


def give_back_order(*, order_id: UUID | None) -> None:
    """Cancel the order that waits for its money, so that its stock is free again.

    Its row is locked first: an order that is being paid at this very moment is paid, not cancelled.
    """
    if order_id is None:
        return
    status = db.session.scalar(sa.select(Order.status).where(Order.id == order_id).with_for_update())
    if status is OrderStatus.PENDING:
        orders.cancel(order_id=order_id, reason="The bag was changed")


def _line(owner: Owner, line_id: UUID) -> Any:
    line = queries.line(owner, line_id)
    if line is None:
        raise NotFound("cart_line")
    give_back_order(order_id=line.pending_order_id)
    return line


def _free(facts: Any, product_id: UUID, wanted: int) -> int:
    """Return the free units; holds that have lapsed or were just given back are only counted when needed."""
    if facts.is_gift_card:
        return rules.MOST
    if facts.free >= wanted and facts.pending_order_id is None:
        return int(facts.free)
    return inventory.free([product_id])[product_id]


def _put(cart_id: UUID, product_id: UUID, quantity: int, price: int, *, most: int) -> int:
    """Add to the product's line or make one, in one statement, and return the line's quantity.

    The database adds up, so that two presses at once count twice.
    """
    values = {
        "new_id": new_id(), "cart": cart_id, "product": product_id, "first": min(quantity, most),
        "added": quantity, "most": most, "price": price, "now": clock.now(),
    }  # fmt: skip
    return int(db.session.execute(_put_statement(db.engine.dialect.name), values).scalar_one())


@cache
def _put_statement(_dialect: str) -> Any:
    """Return the statement of ``_put``, built once: this is the busiest write of the shop."""
    count = sa.Integer()
    most: Any = sa.bindparam("most", type_=count)
    price: Any = sa.bindparam("price", type_=LINES.c.seen_price.type)
    now = sa.bindparam("now", type_=LINES.c.updated_at.type)
    added = sa.case(
        (LINES.c.is_saved, sa.bindparam("added", type_=count)),
        else_=LINES.c.quantity + sa.bindparam("added", type_=count),
    )
    statement = _insert()(LINES).values(
        id=sa.bindparam("new_id"), cart_id=sa.bindparam("cart"), product_id=sa.bindparam("product"),
        quantity=sa.bindparam("first"), seen_price=price, is_saved=sa.false(), created_at=now, updated_at=now,
    )  # fmt: skip
    return statement.on_conflict_do_update(
        index_elements=[LINES.c.cart_id, LINES.c.product_id],
        set_={
            "quantity": sa.case((added > most, most), else_=added),
            "seen_price": price,
            "is_saved": sa.false(),
            "updated_at": now,
        },
    ).returning(LINES.c.quantity)


def _insert() -> Any:
    return sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert


def _touch(cart_id: UUID | None, touched_at: datetime | None) -> None:
    """Note once a day that a cart is in use."""
    now = clock.now()
    if cart_id is not None and touched_at is not None and touched_at < now - TOUCHED_EVERY:
        db.session.execute(CARTS.update().where(CARTS.c.id == cart_id).values(updated_at=now))


def _set(line_id: UUID, **values: Any) -> None:
    db.session.execute(LINES.update().where(LINES.c.id == line_id).values(**values, updated_at=clock.now()))


def _delete(line_id: UUID) -> None:
    db.session.execute(LINES.delete().where(LINES.c.id == line_id))


def _merge_lines(*, guest_cart: UUID, member_cart: UUID) -> tuple[int, int]:
    """Move the member's lines into the guest's cart; return how many of the guest's were new and larger."""
    columns = (LINES.c.id, LINES.c.cart_id, LINES.c.product_id, LINES.c.quantity, LINES.c.is_saved)
    rows = db.session.execute(sa.select(*columns).where(LINES.c.cart_id.in_([guest_cart, member_cart]))).all()
    brought = {row.product_id: row for row in rows if row.cart_id == guest_cart}
    mine = [row for row in rows if row.cart_id == member_cart]
    raised = 0
    for row in mine:
        known = brought.get(row.product_id)
        if known is None or row.is_saved:
            continue
        quantity = rules.merged_quantity(row.quantity, 0 if known.is_saved else known.quantity)
        _set(known.id, quantity=quantity, is_saved=False)
        raised += quantity > row.quantity
    alone = [row.id for row in mine if row.product_id not in brought]
    if alone:
        db.session.execute(LINES.update().where(LINES.c.id.in_(alone)).values(cart_id=guest_cart))
    return (len(brought.keys() - {row.product_id for row in mine}) if mine else 0), raised
