"""Reordering: the lines of an ended order are added to the cart again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from kashcraft.cart import queries
from kashcraft.cart.models import Cart
from kashcraft.cart.rules import Contents, Gift, Owner
from kashcraft.cart.services.editing import make_editable
from kashcraft.cart.services.lines import LineChange, add_line
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import CartId, ProductId
from kashcraft.orders.models import OrderLine

# Refusals of ``add_line`` for products that are not available now.
UNAVAILABLE = {"sold_out", "held", "no_longer_made", "choose_an_option"}


@dataclass(frozen=True, slots=True)
class ReorderResult:
    """The result of a reorder: the ``added`` lines and the names of ``unavailable`` products.

    An added line may be capped below the ordered quantity. ``token`` is set for a new guest cart.
    """

    cart_id: CartId | None
    added: tuple[LineChange, ...]
    unavailable: tuple[str, ...]
    token: str | None = None


def reorder(
    *, owner: Owner, lines: Sequence[OrderLine], today: date, ends_order: bool = True
) -> ReorderResult:
    """Add the lines of an order to the owner's cart; units that are in the cart already count.

    ``today`` is the date of the shop. A gift card with a past delivery date is sent as soon as it is paid.
    Another pending order of the cart is cancelled. With ``ends_order`` False such an order raises
    DomainError('order_waits') instead.
    """
    cart = _locked(owner, lines, today, ends_order=ends_order)
    added: list[LineChange] = []
    unavailable: list[str] = []
    token: str | None = None
    for line in lines:
        gift = _gift(line, today)
        missing = line.quantity - _quantity(cart, line.product_id, gift)
        if missing <= 0:
            continue
        try:
            changed = add_line(owner=owner, product_id=line.product_id, quantity=missing, gift=gift)
        except NotFound:
            unavailable.append(line.name)
        except DomainError as refusal:
            if refusal.code not in UNAVAILABLE:
                raise
            unavailable.append(line.name)
        else:
            added.append(changed)
            if changed.token:
                token, owner = changed.token, Owner(token=changed.token)
    cart_id = added[0].cart_id if added else cart.cart_id
    return ReorderResult(cart_id, tuple(added), tuple(unavailable), token)


def _locked(owner: Owner, lines: Sequence[OrderLine], today: date, *, ends_order: bool) -> Contents:
    """Return the cart after locking its row, so that a repeated request waits.

    A pending order is cancelled before the lock if anything has to be added. A payment locks the order before
    the cart, so the same order of locks is used here.
    """
    found = queries.get_contents(owner, with_stock=False)
    if found.cart_id is None:
        return found
    if _lacks(found, lines, today):
        make_editable(cart=found, ends_order=ends_order)
    db.session.execute(sa.select(Cart.id).where(Cart.id == found.cart_id).with_for_update())
    return queries.get_contents(owner, with_stock=False)


def _lacks(cart: Contents, lines: Sequence[OrderLine], today: date) -> bool:
    """Return whether the cart holds less of any line than was ordered."""
    return any(line.quantity > _quantity(cart, line.product_id, _gift(line, today)) for line in lines)


def _gift(line: OrderLine, today: date) -> Gift | None:
    if not line.details:
        return None
    gift = Gift.from_dict(line.details)
    passed = gift.deliver_on is not None and gift.deliver_on <= today
    return replace(gift, deliver_on=None) if passed else gift


def _quantity(cart: Contents, product_id: ProductId, gift: Gift | None) -> int:
    same = (item for item in cart.items if item.product_id == product_id and item.gift == gift)
    return sum(item.quantity for item in same)
