"""Filling and changing a cart.

Every change first gives back what an order that was placed from this cart still holds. Stock is looked at,
not taken: that happens when an order is placed. A change that takes pieces out may leave too little for the
voucher that was entered; it is taken out with them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from kashcraft.cart import queries, rules
from kashcraft.cart.models import Cart, CartLine
from kashcraft.cart.rules import Gift, Owner
from kashcraft.cart.services.codes import drop_what_no_longer_applies
from kashcraft.cart.services.ordering import check_no_order_waits, give_back_order
from kashcraft.core import clock
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id, new_token, token_hash
from kashcraft.core.settings import settings
from kashcraft.inventory import queries as inventory
from kashcraft.inventory.rules import Stock

LINES: Any = CartLine.__table__
CARTS: Any = Cart.__table__
TOUCHED_EVERY = timedelta(days=1)
# Gift cards are written when they are sold.
ENDLESS = Stock(free=rules.MOST, most_per_order=rules.MOST)


@dataclass(frozen=True, slots=True)
class Changed:
    """What a line is after a change; ``token`` is a new guest cart's, ``asked`` what was wished for.

    ``quantity`` 0 means that the line is gone. ``gift`` is whom a gift card was for; ``dropped`` says in
    words why a voucher was taken out with the pieces. Lines stand in the order of ``line_id``; with it, and
    with ``was_saved``, one that was taken out can be put back where it stood. ``ended`` is the number of an
    order that waited for its payment and ended with the change; ``limit`` is how many of the product one
    order may hold, where more are free.
    """

    cart_id: UUID
    product_id: UUID
    name: str
    quantity: int
    asked: int
    token: str | None = None
    gift: Gift | None = None
    dropped: str = ""
    line_id: UUID | None = None
    was_saved: bool = False
    ended: str = ""
    limit: int | None = None

    @property
    def capped(self) -> bool:
        """Return whether fewer pieces are in the line than were asked for."""
        return self.quantity < self.asked

    @property
    def at_limit(self) -> bool:
        """Return whether they are fewer because one order may not hold more."""
        return self.capped and self.quantity == self.limit


def add(
    *,
    owner: Owner,
    product_id: UUID,
    quantity: int = 1,
    gift: Gift | None = None,
    line_id: UUID | None = None,
    ends_order: bool = True,
) -> Changed:
    """Put pieces of a product into the owner's cart, opening one where there is none; return the line.

    ``gift`` says whom gift cards are for; cards for different people are different lines, and anything but a
    gift card goes without. More pieces than are free, or than one order may hold, make it as many as may be.
    ``line_id`` is what a new line is called, which decides about its place. An order that waits for its money
    ends with it, unless ``ends_order`` is false. Two or three statements. Raises NotFound for an unknown
    product and DomainError: choose_an_option, no_longer_made, sold_out, held (somebody is paying for what is
    left, ``until`` when), all beside ``product_id``; order_waits (its ``number`` and ``total``).
    """
    details = gift.to_dict() if gift else None
    facts = queries.facts(owner, product_id, rules.key_of(details))
    if facts is None:
        raise NotFound("product")
    rules.check_addable(facts)
    if details and not facts.is_gift_card:
        return add(
            owner=owner, product_id=product_id, quantity=quantity, line_id=line_id, ends_order=ends_order
        )
    if not ends_order:
        check_no_order_waits(order_id=facts.pending_order_id)
    ended = give_back_order(order_id=facts.pending_order_id)
    here = facts.quantity if facts.quantity and not facts.is_saved else 0
    stock = _stock(facts, product_id, here + quantity)
    _check_free(facts, stock, field="product_id")
    cart_id, token = (facts.cart_id, None) if facts.cart_id else open_cart(owner=owner)
    _touch(facts.cart_id, facts.cart_touched_at)
    price, most = rules.price_at(facts, clock.now()), rules.allowed(rules.MOST, stock.free, _limit(stock))
    kept, line_id = _put(cart_id, product_id, quantity, price, most=most, details=details, line_id=line_id)
    done = Changed(cart_id, product_id, facts.name, kept, here + quantity, token, gift, line_id=line_id)
    return replace(done, ended=ended, limit=_limit_felt(stock))


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
    """Set a line to ``quantity`` pieces, at most as many as are free and one order may hold; 0 removes it.
    Return the line.

    Raises NotFound for a line of another cart, DomainError: no_longer_made, sold_out, held.
    """
    line, ended = _line(owner, line_id)
    if quantity <= 0:
        return _taken_out(owner, line, ended, quantity=0)
    if quantity > line.quantity:
        rules.check_addable(line)
    stock = _stock_of(line)
    _check_free(line, stock, field="quantity")
    kept = rules.allowed(quantity, stock.free, _limit(stock))
    _set(line_id, quantity=kept)
    dropped = drop_what_no_longer_applies(owner=owner) if line.has_voucher else ""
    return Changed(
        line.cart_id, line.product_id, line.name, kept, quantity,
        dropped=dropped, line_id=line_id, ended=ended, limit=_limit_felt(stock),
    )  # fmt: skip


def remove(*, owner: Owner, line_id: UUID) -> Changed:
    """Take a line out and return it as it was, so that it can be offered back. Raises NotFound."""
    return _taken_out(owner, *_line(owner, line_id))


def restore(
    *,
    owner: Owner,
    product_id: UUID,
    quantity: int,
    gift: Gift | None = None,
    line_id: UUID | None = None,
    was_saved: bool = False,
) -> Changed:
    """Put back a line that was taken out, where it stood: among those to buy or among those set aside.

    A line that is back already stays as it is. Raises what ``add`` raises.
    """
    if line_id is not None and (there := queries.line(owner, line_id)):
        quantity = there.quantity
        return Changed(there.cart_id, there.product_id, there.name, quantity, quantity, line_id=line_id)
    if line_id is not None and queries.is_line(line_id):
        line_id = None
    back = add(owner=owner, product_id=product_id, quantity=quantity, gift=gift, line_id=line_id)
    if was_saved and back.line_id is not None:
        _set(back.line_id, is_saved=True)
    return replace(back, was_saved=was_saved)


def save_for_later(*, owner: Owner, line_id: UUID) -> Changed:
    """Set a line aside: it stays in the cart and is not bought. Raises NotFound."""
    line, ended = _line(owner, line_id)
    _set(line_id, is_saved=True)
    dropped = drop_what_no_longer_applies(owner=owner) if line.has_voucher else ""
    return Changed(
        line.cart_id, line.product_id, line.name, line.quantity, line.quantity,
        dropped=dropped, line_id=line_id, ended=ended,
    )  # fmt: skip


def move_to_cart(*, owner: Owner, line_id: UUID) -> Changed:
    """Take a line that was set aside back among those to buy, at most as many as are free.

    Raises NotFound, DomainError: no_longer_made, sold_out, held.
    """
    line, ended = _line(owner, line_id)
    rules.check_addable(line)
    stock = _stock_of(line)
    _check_free(line, stock, field="quantity")
    kept = rules.allowed(line.quantity, stock.free, _limit(stock))
    _set(line_id, is_saved=False, quantity=kept, seen_price=rules.price_at(line, clock.now()))
    return Changed(
        line.cart_id, line.product_id, line.name, kept, line.quantity,
        line_id=line_id, ended=ended, limit=_limit_felt(stock),
    )  # fmt: skip


def acknowledge_prices(*, owner: Owner) -> int:
    """Note that the owner has seen the present prices; return how many lines had another one."""
    cart = queries.contents(owner)
    stale = [item for item in (*cart.items, *cart.saved) if item.seen_price != item.unit_price]
    for item in stale:
        _set(item.line_id, seen_price=item.unit_price)
    return len(stale)


def _line(owner: Owner, line_id: UUID) -> tuple[Any, str]:
    """Return the line that is to be changed, and the number of the order that ends with it."""
    line = queries.line(owner, line_id)
    if line is None:
        raise NotFound("cart_line")
    return line, give_back_order(order_id=line.pending_order_id)


def _taken_out(owner: Owner, line: Any, ended: str, *, quantity: int | None = None) -> Changed:
    """Delete a line and return it as it was, or with ``quantity``."""
    db.session.execute(LINES.delete().where(LINES.c.id == line.line_id))
    dropped = drop_what_no_longer_applies(owner=owner) if line.has_voucher else ""
    left = line.quantity if quantity is None else quantity
    gift = Gift.from_dict(line.details) if line.details else None
    return Changed(
        line.cart_id, line.product_id, line.name, left, left,
        gift=gift, dropped=dropped, line_id=line.line_id, was_saved=line.is_saved, ended=ended,
    )  # fmt: skip


def _stock(facts: Any, product_id: UUID, wanted: int) -> Stock:
    """Return the stock; holds that have lapsed or were just given back are only counted when needed."""
    if facts.is_gift_card:
        return ENDLESS
    if facts.free >= wanted and facts.pending_order_id is None:
        return Stock(free=int(facts.free), most_per_order=facts.most_per_order)
    return inventory.stock([product_id])[product_id]


def _stock_of(line: Any) -> Stock:
    return ENDLESS if line.is_gift_card else inventory.stock([line.product_id])[line.product_id]


def _limit(stock: Stock) -> int:
    return stock.most_per_order or settings().most_per_order


def _limit_felt(stock: Stock) -> int | None:
    limit = _limit(stock)
    return limit if stock.free > limit else None


def _check_free(product: Any, stock: Stock, *, field: str) -> None:
    """Raise DomainError unless at least one piece can be bought now."""
    if stock.free > 0:
        return
    if stock.held_until is not None:
        raise DomainError("held", field=field, name=product.name, until=stock.held_until)
    raise DomainError("sold_out", field=field, name=product.name)


def _put(
    cart_id: UUID,
    product_id: UUID,
    quantity: int,
    price: int,
    *,
    most: int,
    details: dict[str, Any] | None,
    line_id: UUID | None,
) -> tuple[int, UUID]:
    """Add to the product's line or make one, in one statement, and return the line's quantity and id.

    The database adds up, so that two presses at once count twice.
    """
    values = {
        "new_id": line_id or new_id(), "cart": cart_id, "product": product_id, "first": min(quantity, most),
        "added": quantity, "most": most, "price": price, "now": clock.now(), "details": details,
        "details_key": rules.key_of(details),
    }  # fmt: skip
    row = db.session.execute(_put_statement(db.engine.dialect.name), values).one()
    return row.quantity, row.id


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
    ).returning(LINES.c.quantity, LINES.c.id)


def _insert() -> Any:
    return sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert


def _touch(cart_id: UUID | None, touched_at: datetime | None) -> None:
    """Note once a day that a cart is in use."""
    now = clock.now()
    if cart_id is not None and touched_at is not None and touched_at < now - TOUCHED_EVERY:
        db.session.execute(CARTS.update().where(CARTS.c.id == cart_id).values(updated_at=now))


def _set(line_id: UUID, **values: Any) -> None:
    db.session.execute(LINES.update().where(LINES.c.id == line_id).values(**values, updated_at=clock.now()))
