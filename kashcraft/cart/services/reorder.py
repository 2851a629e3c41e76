"""An order that ended, once more: its pieces come back into the bag, as far as they can be had."""

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

# Refusals of ``add_line`` that mean: this cannot be had now.
UNAVAILABLE = {"sold_out", "held", "no_longer_made", "choose_an_option"}


@dataclass(frozen=True, slots=True)
class ReorderResult:
    """What became of an order's lines: ``kept`` are in the bag, fewer than ordered where one is ``capped``,
    ``gone`` the names of what cannot be had; ``token`` is a new guest cart's.
    """

    cart_id: CartId | None
    kept: tuple[LineChange, ...]
    gone: tuple[str, ...]
    token: str | None = None


def reorder(
    *, owner: Owner, lines: Sequence[OrderLine], today: date, ends_order: bool = True
) -> ReorderResult:
    """Put what an order was for into its owner's cart; what is there already counts, so twice is once.

    ``today`` is the shop's: a gift card whose day has passed is sent as soon as it is paid. Another order
    that waits for its money ends with it, unless ``ends_order`` is false: DomainError('order_waits').
    """
    here = _locked(owner, lines, today, ends_order=ends_order)
    kept: list[LineChange] = []
    gone: list[str] = []
    token: str | None = None
    for line in lines:
        gift = _gift(line, today)
        missing = line.quantity - _quantity(here, line.product_id, gift)
        if missing <= 0:
            continue
        try:
            changed = add_line(owner=owner, product_id=line.product_id, quantity=missing, gift=gift)
        except NotFound:
            gone.append(line.name)
        except DomainError as refusal:
            if refusal.code not in UNAVAILABLE:
                raise
            gone.append(line.name)
        else:
            kept.append(changed)
            if changed.token:
                token, owner = changed.token, Owner(token=changed.token)
    cart_id = kept[0].cart_id if kept else here.cart_id
    return ReorderResult(cart_id, tuple(kept), tuple(gone), token)


def _locked(owner: Owner, lines: Sequence[OrderLine], today: date, *, ends_order: bool) -> Contents:
    """Return the cart, whose row a second press waits for.

    The order that waits for its money from it ends before, if anything is to be put in: a payment locks the
    order and then the cart, and so does this.
    """
    found = queries.get_contents(owner, with_stock=False)
    if found.cart_id is None:
        return found
    if _lacks(found, lines, today):
        make_editable(cart=found, ends_order=ends_order)
    db.session.execute(sa.select(Cart.id).where(Cart.id == found.cart_id).with_for_update())
    return queries.get_contents(owner, with_stock=False)


def _lacks(cart: Contents, lines: Sequence[OrderLine], today: date) -> bool:
    """Return whether the cart holds fewer of anything than was ordered."""
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
