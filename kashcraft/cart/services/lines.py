"""Filling and changing a cart.

Stock is looked at,
not taken: that happens when an order is placed. A change that takes pieces out may leave too little for the
voucher that was entered; it is taken out with them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kashcraft.cart import queries, rules
from kashcraft.cart.queries import LineToChange, ProductToAdd
from kashcraft.cart.rules import BuyableProduct, Gift, Owner
from kashcraft.cart.services.codes import remove_inapplicable_voucher
from kashcraft.cart.services.editing import (
    EditableCart,
    create_cart,
    delete_line,
    make_editable,
    put_line,
    record_use,
    set_line,
    set_seen_price,
)
from kashcraft.core import clock
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import CartId, CartLineId, ProductId
from kashcraft.core.settings import settings
from kashcraft.inventory import queries as inventory
from kashcraft.inventory.rules import Stock

# Gift cards are written when they are sold.
UNLIMITED_STOCK = Stock(free=rules.MAX_QUANTITY, most_per_order=rules.MAX_QUANTITY)


@dataclass(frozen=True, slots=True)
class LineChange:
    """What a line is after a change; ``token`` is a new guest cart's, ``asked`` what was wished for.

    ``quantity`` 0 means that the line is gone. ``gift`` is whom a gift card was for; ``dropped`` says in
    words why a voucher was taken out with the pieces. Lines stand in the order of ``line_id``; with it, and
    with ``was_saved``, one that was taken out can be put back where it stood. ``ended`` is the number of an
    order that waited for its payment and ended with the change; ``limit`` is how many of the product one
    order may hold, where more are free.
    """

    cart_id: CartId
    product_id: ProductId
    name: str
    quantity: int
    asked: int
    token: str | None = None
    gift: Gift | None = None
    dropped: str = ""
    line_id: CartLineId | None = None
    was_saved: bool = False
    cancelled_order: str = ""
    limit: int | None = None

    @property
    def capped(self) -> bool:
        """Return whether fewer pieces are in the line than were asked for."""
        return self.quantity < self.asked

    @property
    def at_limit(self) -> bool:
        """Return whether they are fewer because one order may not hold more."""
        return self.capped and self.quantity == self.limit


def add_line(
    *,
    owner: Owner,
    product_id: ProductId,
    quantity: int = 1,
    gift: Gift | None = None,
    line_id: CartLineId | None = None,
    ends_order: bool = True,
) -> LineChange:
    """Put pieces of a product into the owner's cart, opening one where there is none; return the line.

    ``gift`` says whom gift cards are for; cards for different people are different lines, and anything but a
    gift card goes without. More pieces than are free, or than one order may hold, make it as many as may be.
    ``line_id`` is what a new line is called, which decides about its place. An order that waits for its money
    ends with it, unless ``ends_order`` is false. Two or three statements. Raises NotFound for an unknown
    product and DomainError: choose_an_option, no_longer_made, sold_out, held (somebody is paying for what is
    left, ``until`` when), all beside ``product_id``; order_waits (its ``number`` and ``total``).
    """
    _, added = _add(owner, product_id, quantity, gift=gift, line_id=line_id, ends_order=ends_order)
    return added


def _add(
    owner: Owner,
    product_id: ProductId,
    quantity: int,
    *,
    gift: Gift | None,
    line_id: CartLineId | None,
    ends_order: bool,
) -> tuple[EditableCart, LineChange]:
    details = gift.to_dict() if gift else None
    product = queries.find_product(owner, product_id, rules.details_key_of(details))
    if product is None:
        raise NotFound("product")
    rules.check_addable(product)
    if details and not product.is_gift_card:
        return _add(owner, product_id, quantity, gift=None, line_id=line_id, ends_order=ends_order)
    opened = make_editable(cart=product, ends_order=ends_order) if product.cart_id else None
    here = product.quantity if product.quantity and not product.is_saved else 0
    stock = _stock(product, product_id, here + quantity)
    _check_free(product, stock, field="product_id")
    cart, token = (opened, None) if opened else create_cart(owner=owner)
    record_use(cart, product.cart_touched_at)
    price, most = (
        rules.price_at(product, clock.now()),
        rules.allowed_quantity(rules.MAX_QUANTITY, stock.free, _limit(stock)),
    )
    kept, line_id = put_line(cart, product_id, quantity, price, most=most, details=details, line_id=line_id)
    done = LineChange(
        cart.cart_id, product_id, product.name, kept, here + quantity, token, gift, line_id=line_id
    )
    return cart, replace(done, cancelled_order=cart.cancelled_order, limit=_limit_felt(stock))


def change_quantity(*, owner: Owner, line_id: CartLineId, quantity: int) -> LineChange:
    """Set a line to ``quantity`` pieces, at most as many as are free and one order may hold; 0 removes it.
    Return the line.

    Raises NotFound for a line of another cart, DomainError: no_longer_made, sold_out, held.
    """
    line, cart = _line(owner, line_id)
    if quantity <= 0:
        return _taken_out(owner, line, cart, quantity=0)
    if quantity > line.quantity:
        rules.check_addable(line)
    stock = _stock_of(line)
    _check_free(line, stock, field="quantity")
    kept = rules.allowed_quantity(quantity, stock.free, _limit(stock))
    set_line(cart, line_id, quantity=kept)
    dropped = remove_inapplicable_voucher(owner=owner, cart=cart) if line.has_voucher else ""
    return LineChange(
        line.cart_id, line.product_id, line.name, kept, quantity,
        dropped=dropped, line_id=line_id, cancelled_order=cart.cancelled_order, limit=_limit_felt(stock),
    )  # fmt: skip


def remove_line(*, owner: Owner, line_id: CartLineId) -> LineChange:
    """Take a line out and return it as it was, so that it can be offered back. Raises NotFound."""
    return _taken_out(owner, *_line(owner, line_id))


def restore_line(
    *,
    owner: Owner,
    product_id: ProductId,
    quantity: int,
    gift: Gift | None = None,
    line_id: CartLineId | None = None,
    was_saved: bool = False,
) -> LineChange:
    """Put back a line that was taken out, where it stood: among those to buy or among those set aside.

    A line that is back already stays as it is. Raises what ``add_line`` raises.
    """
    if line_id is not None and (there := queries.find_line(owner, line_id)):
        quantity = there.quantity
        return LineChange(there.cart_id, there.product_id, there.name, quantity, quantity, line_id=line_id)
    if line_id is not None and queries.has_line(line_id):
        line_id = None
    cart, back = _add(owner, product_id, quantity, gift=gift, line_id=line_id, ends_order=True)
    if was_saved and back.line_id is not None:
        set_line(cart, back.line_id, is_saved=True)
    return replace(back, was_saved=was_saved)


def save_for_later(*, owner: Owner, line_id: CartLineId) -> LineChange:
    """Set a line aside: it stays in the cart and is not bought. Raises NotFound."""
    line, cart = _line(owner, line_id)
    set_line(cart, line_id, is_saved=True)
    dropped = remove_inapplicable_voucher(owner=owner, cart=cart) if line.has_voucher else ""
    return LineChange(
        line.cart_id, line.product_id, line.name, line.quantity, line.quantity,
        dropped=dropped, line_id=line_id, cancelled_order=cart.cancelled_order,
    )  # fmt: skip


def move_to_cart(*, owner: Owner, line_id: CartLineId) -> LineChange:
    """Take a line that was set aside back among those to buy, at most as many as are free.

    Raises NotFound, DomainError: no_longer_made, sold_out, held.
    """
    line, cart = _line(owner, line_id)
    rules.check_addable(line)
    stock = _stock_of(line)
    _check_free(line, stock, field="quantity")
    kept = rules.allowed_quantity(line.quantity, stock.free, _limit(stock))
    price = rules.price_at(line, clock.now())
    set_line(cart, line_id, is_saved=False, quantity=kept, seen_price=price)
    return LineChange(
        line.cart_id, line.product_id, line.name, kept, line.quantity,
        line_id=line_id, cancelled_order=cart.cancelled_order, limit=_limit_felt(stock),
    )  # fmt: skip


def acknowledge_prices(*, owner: Owner) -> int:
    """Note that the owner has seen the present prices; return how many lines had another one."""
    cart = queries.get_contents(owner)
    stale = [item for item in (*cart.items, *cart.saved) if item.seen_price != item.unit_price]
    for item in stale:
        set_seen_price(item.line_id, item.unit_price)
    return len(stale)


def _line(owner: Owner, line_id: CartLineId) -> tuple[LineToChange, EditableCart]:
    """Return the line that is to be changed, and its cart."""
    line = queries.find_line(owner, line_id)
    if line is None:
        raise NotFound("cart_line")
    return line, make_editable(cart=line)


def _taken_out(
    owner: Owner, line: LineToChange, cart: EditableCart, *, quantity: int | None = None
) -> LineChange:
    """Delete a line and return it as it was, or with ``quantity``."""
    delete_line(cart, line.line_id)
    dropped = remove_inapplicable_voucher(owner=owner, cart=cart) if line.has_voucher else ""
    left = line.quantity if quantity is None else quantity
    gift = Gift.from_dict(line.details) if line.details else None
    return LineChange(
        line.cart_id, line.product_id, line.name, left, left,
        gift=gift, dropped=dropped, line_id=line.line_id, was_saved=line.is_saved,
        cancelled_order=cart.cancelled_order,
    )  # fmt: skip


def _stock(product: ProductToAdd, product_id: ProductId, wanted: int) -> Stock:
    """Return the stock; holds that have lapsed or were just given back are only counted when needed."""
    if product.is_gift_card:
        return UNLIMITED_STOCK
    if product.free >= wanted and product.pending_order_id is None:
        return Stock(free=int(product.free), most_per_order=product.most_per_order)
    return inventory.get_stock([product_id])[product_id]


def _stock_of(line: LineToChange) -> Stock:
    return UNLIMITED_STOCK if line.is_gift_card else inventory.get_stock([line.product_id])[line.product_id]


def _limit(stock: Stock) -> int:
    return stock.most_per_order or settings().most_per_order


def _limit_felt(stock: Stock) -> int | None:
    limit = _limit(stock)
    return limit if stock.free > limit else None


def _check_free(product: BuyableProduct, stock: Stock, *, field: str) -> None:
    """Raise DomainError unless at least one piece can be bought now."""
    if stock.free > 0:
        return
    if stock.held_until is not None:
        raise DomainError("held", field=field, name=product.name, until=stock.held_until)
    raise DomainError("sold_out", field=field, name=product.name)
