"""Adding, changing and removing the lines of a cart.

Stock is checked but not claimed; that happens when the order is placed. A voucher that no longer applies
after a change is removed.
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

# Gift cards are issued when they are paid, so they are never out of stock.
UNLIMITED_STOCK = Stock(free=rules.MAX_QUANTITY, most_per_order=rules.MAX_QUANTITY)


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line after a change; ``token`` is set for a new guest cart, ``requested`` is the requested quantity.

    ``quantity`` 0 means that the line was removed. ``gift`` is the recipient of a gift card. ``voucher_note``
    says in words why a voucher was removed. Lines are ordered by ``line_id``; a removed line is restored in
    its place with ``line_id`` and ``was_saved``. ``cancelled_order`` is the number of a pending order that
    the change cancelled. ``limit`` is the largest quantity per order where more units are free. ``count`` is
    the number of units to buy in the cart, None where the change did not read it.
    """

    cart_id: CartId
    product_id: ProductId
    name: str
    quantity: int
    requested: int
    token: str | None = None
    gift: Gift | None = None
    voucher_note: str = ""
    line_id: CartLineId | None = None
    was_saved: bool = False
    cancelled_order: str = ""
    limit: int | None = None
    count: int | None = None

    @property
    def capped(self) -> bool:
        """Return whether the line has fewer units than requested."""
        return self.quantity < self.requested

    @property
    def at_limit(self) -> bool:
        """Return whether the line has fewer units because of the limit per order."""
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
    """Add units of a product to the owner's cart, which is created if there is none. Return the line.

    Where fewer units are free or allowed per order, the largest possible quantity is used. ``line_id`` is the
    id of a new line and decides its place. A pending order is cancelled, unless ``ends_order`` is False. Two
    or three statements.

    Raises NotFound for an unknown product, and DomainError: choose_an_option, no_longer_made, sold_out, held
    (another customer is paying for the last units, ``until`` a moment), all for ``product_id``; order_waits
    (with ``number`` and ``total``).
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
    in_cart = product.quantity if product.quantity and not product.is_saved else 0
    stock = _stock(product, product_id, in_cart + quantity)
    _check_free(product, stock, field="product_id")
    cart, token = (opened, None) if opened else create_cart(owner=owner)
    record_use(cart, product.cart_touched_at)
    price, most = (
        rules.price_at(product, clock.now()),
        rules.allowed_quantity(rules.MAX_QUANTITY, stock.free, _limit(stock)),
    )
    line = put_line(cart, product_id, quantity, price, most=most, details=details, line_id=line_id)
    added = LineChange(
        cart.cart_id, product_id, product.name, line.quantity, in_cart + quantity, token, gift,
        line_id=line.line_id, cancelled_order=cart.cancelled_order, limit=_binding_limit(stock),
        count=line.count,
    )  # fmt: skip
    return cart, added


def change_quantity(*, owner: Owner, line_id: CartLineId, quantity: int) -> LineChange:
    """Set the quantity of a line, at most what is free and allowed per order; 0 removes it. Return the line.

    Raises NotFound for a line of another cart, DomainError: no_longer_made, sold_out, held.
    """
    line, cart = _line(owner, line_id)
    if quantity <= 0:
        return _remove(owner, line, cart, quantity=0)
    if quantity > line.quantity:
        rules.check_addable(line)
    stock = _stock_of(line)
    _check_free(line, stock, field="quantity")
    new_quantity = rules.allowed_quantity(quantity, stock.free, _limit(stock))
    set_line(cart, line_id, quantity=new_quantity)
    voucher_note = remove_inapplicable_voucher(owner=owner, cart=cart) if line.has_voucher else ""
    return LineChange(
        line.cart_id, line.product_id, line.name, new_quantity, quantity,
        voucher_note=voucher_note, line_id=line_id, cancelled_order=cart.cancelled_order,
        limit=_binding_limit(stock),
    )  # fmt: skip


def remove_line(*, owner: Owner, line_id: CartLineId) -> LineChange:
    """Remove a line and return it as it was, so that it can be restored. Raises NotFound."""
    return _remove(owner, *_line(owner, line_id))


def restore_line(
    *,
    owner: Owner,
    product_id: ProductId,
    quantity: int,
    gift: Gift | None = None,
    line_id: CartLineId | None = None,
    was_saved: bool = False,
) -> LineChange:
    """Restore a removed line in its place, among the lines to buy or those saved for later.

    A line that exists already is not changed. Raises the errors of ``add_line``.
    """
    if line_id is not None and (there := queries.find_line(owner, line_id)):
        quantity = there.quantity
        return LineChange(there.cart_id, there.product_id, there.name, quantity, quantity, line_id=line_id)
    if line_id is not None and queries.has_line(line_id):
        line_id = None
    cart, restored = _add(owner, product_id, quantity, gift=gift, line_id=line_id, ends_order=True)
    if not was_saved or restored.line_id is None:
        return restored
    set_line(cart, restored.line_id, is_saved=True)
    return replace(restored, was_saved=True, count=None)


def save_for_later(*, owner: Owner, line_id: CartLineId) -> LineChange:
    """Save a line for later: it stays in the cart and is not ordered. Raises NotFound."""
    line, cart = _line(owner, line_id)
    set_line(cart, line_id, is_saved=True)
    voucher_note = remove_inapplicable_voucher(owner=owner, cart=cart) if line.has_voucher else ""
    return LineChange(
        line.cart_id, line.product_id, line.name, line.quantity, line.quantity,
        voucher_note=voucher_note, line_id=line_id, cancelled_order=cart.cancelled_order,
    )  # fmt: skip


def move_to_cart(*, owner: Owner, line_id: CartLineId) -> LineChange:
    """Move a saved line to the lines to buy, with at most the units that are free.

    Raises NotFound, DomainError: no_longer_made, sold_out, held.
    """
    line, cart = _line(owner, line_id)
    rules.check_addable(line)
    stock = _stock_of(line)
    _check_free(line, stock, field="quantity")
    new_quantity = rules.allowed_quantity(line.quantity, stock.free, _limit(stock))
    price = rules.price_at(line, clock.now())
    set_line(cart, line_id, is_saved=False, quantity=new_quantity, seen_price=price)
    return LineChange(
        line.cart_id, line.product_id, line.name, new_quantity, line.quantity,
        line_id=line_id, cancelled_order=cart.cancelled_order, limit=_binding_limit(stock),
    )  # fmt: skip


def acknowledge_prices(*, owner: Owner) -> int:
    """Store that the owner has seen the current prices; return the number of lines with changed prices."""
    cart = queries.get_contents(owner)
    stale = [item for item in (*cart.items, *cart.saved) if item.seen_price != item.unit_price]
    for item in stale:
        set_seen_price(item.line_id, item.unit_price)
    return len(stale)


def _line(owner: Owner, line_id: CartLineId) -> tuple[LineToChange, EditableCart]:
    """Return the line to change and its cart."""
    line = queries.find_line(owner, line_id)
    if line is None:
        raise NotFound("cart_line")
    return line, make_editable(cart=line)


def _remove(
    owner: Owner, line: LineToChange, cart: EditableCart, *, quantity: int | None = None
) -> LineChange:
    """Delete a line and return it as it was, or with ``quantity``."""
    delete_line(cart, line.line_id)
    voucher_note = remove_inapplicable_voucher(owner=owner, cart=cart) if line.has_voucher else ""
    left = line.quantity if quantity is None else quantity
    gift = Gift.from_dict(line.details) if line.details else None
    return LineChange(
        line.cart_id, line.product_id, line.name, left, left,
        gift=gift, voucher_note=voucher_note, line_id=line.line_id, was_saved=line.is_saved,
        cancelled_order=cart.cancelled_order,
    )  # fmt: skip


def _stock(product: ProductToAdd, product_id: ProductId, wanted: int) -> Stock:
    """Return the stock of a product; expired and just released holds are counted only when needed."""
    if product.is_gift_card:
        return UNLIMITED_STOCK
    if product.free >= wanted and product.pending_order_id is None:
        return Stock(free=int(product.free), most_per_order=product.most_per_order)
    return inventory.get_stock([product_id])[product_id]


def _stock_of(line: LineToChange) -> Stock:
    return UNLIMITED_STOCK if line.is_gift_card else inventory.get_stock([line.product_id])[line.product_id]


def _limit(stock: Stock) -> int:
    return stock.most_per_order or settings().most_per_order


def _binding_limit(stock: Stock) -> int | None:
    limit = _limit(stock)
    return limit if stock.free > limit else None


def _check_free(product: BuyableProduct, stock: Stock, *, field: str) -> None:
    """Raise DomainError unless at least one unit can be bought now."""
    if stock.free > 0:
        return
    if stock.held_until is not None:
        raise DomainError("held", field=field, name=product.name, until=stock.held_until)
    raise DomainError("sold_out", field=field, name=product.name)
