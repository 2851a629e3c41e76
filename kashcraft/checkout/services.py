"""Filling in a checkout, placing its order, and starting over when that order has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.accounts import services as accounts
from kashcraft.accounts.models import AddressType
from kashcraft.accounts.rules import Address, country_name
from kashcraft.cart import queries as carts
from kashcraft.cart import services as cart_services
from kashcraft.cart.rules import Contents, Owner, needs_delivery
from kashcraft.cart.services import EditableCart
from kashcraft.checkout import queries, rules
from kashcraft.checkout.models import Checkout, CheckoutStatus
from kashcraft.checkout.queries import CheckoutDetails, CheckoutState
from kashcraft.core import clock
from kashcraft.core.db import db, insert_into, rows_changed, table_of
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import CheckoutId, OrderId, UserId, new_id
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order
from kashcraft.orders.rules import OrderDraft
from kashcraft.payments import services as payments
from kashcraft.payments.models import Payment

CHECKOUTS = table_of(Checkout)
DETAIL_COLUMNS = (
    "cart_id", "user_id", "email", "phone", "shipping_address", "billing_address", "delivery_code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placement:
    """An order that was placed, and the payment it waits for; None where nothing was due."""

    order: Order
    payment: Payment | None


def save_contact(*, owner: Owner, email: str, shipping: Address, billing: Address | None) -> CheckoutId:
    """Keep who orders and where it goes; ``billing`` None sends the invoice along. Return the checkout's id.

    An order that was placed before and waits for its money is cancelled, because it says something else.
    Raises DomainError: empty_cart, incomplete (another tab has added what needs a street), no_delivery
    (beside ``country``, with its name), checkout_changed (its order is placed at this very moment).
    """
    cart = carts.get_contents(owner, with_stock=False)
    if not cart.items:
        raise DomainError("empty_cart")
    by_email = not needs_delivery(cart.items)
    if not rules.is_enough(shipping, by_email=by_email):
        raise DomainError("incomplete")
    if not by_email and not queries.can_deliver_to(shipping, version=cart.terms_version):
        raise DomainError("no_delivery", field="country", country=country_name(shipping.country))
    told = {
        "user_id": owner.user_id,
        "email": email,
        "phone": shipping.phone or None,
        "shipping_address": shipping.to_dict(),
        "billing_address": billing.to_dict() if billing else None,
    }
    return _keep(cart, told)


def choose_delivery(*, owner: Owner, code: str) -> CheckoutId:
    """Keep the chosen way of delivery; return the checkout's id.

    Raises DomainError: empty_cart, incomplete (no address yet), delivery_unavailable (beside ``delivery``),
    checkout_changed (its order is placed at this very moment).
    """
    state = _started(owner, with_stock=False)
    if state.price.option(code) is None:
        raise DomainError("delivery_unavailable", field="delivery")
    return _keep(state.cart, {"delivery_code": code}, known=state.checkout)


def place_order(
    *,
    owner: Owner,
    seen: Mapping[str, Any] | None,
    save: bool = False,
    network_key: str | None = None,
    withheld: bool = False,
) -> Placement:
    """Place the order of the owner's checkout, and open a payment for the amount due.

    ``seen`` is the snapshot (``queries.CheckoutState.snapshot``) that the buyer agreed to, None where it is
    unknown. ``save`` stores a member's delivery address in the address book. ``network_key`` identifies the
    buyer's network. ``withheld`` is as for ``queries.get_checkout_state``. A checkout that was already placed
    returns the order it was placed as.

    Raises DomainError: empty_cart, incomplete, order_changed (with ``seen`` and ``now``, the two snapshots),
    checkout_changed (the checkout is changed concurrently), cannot_be_ordered (a product is no longer
    available), and the errors of ``orders.write`` and ``orders.claim``: order limits, out_of_stock, and the
    refusals of vouchers, gift cards and points that were used up concurrently.
    """
    state = _started(owner, with_stock=False, placing=True, withheld=withheld)
    if state.order is not None:
        return Placement(state.order, payments.open_payment(order_id=state.order.id))
    assert state.checkout is not None
    written = orders.write(draft=_draft(owner, state, seen, network_key))
    payment = _attend(owner, state.checkout, written.order, save=save) if written.is_new else None
    order = orders.claim(written=written)
    return Placement(order, payment or payments.open_payment(order_id=order.id))


def retry_payment(*, owner: Owner) -> Placement:
    """Open the next try to pay the order that waits for its money.

    Raises DomainError: empty_cart, nothing_placed, and what ``payments.open_payment`` raises.
    """
    state = _started(owner)
    if state.order is None:
        raise DomainError("nothing_placed")
    return Placement(state.order, payments.open_payment(order_id=state.order.id, from_its_page=True))


def close_checkout(*, order_id: OrderId) -> bool:
    """End the checkout of an order that is paid; return whether it was open until now."""
    return _close(order_id) is not None


def restart_checkout(*, order_id: OrderId) -> CheckoutId | None:
    """End the checkout of an order that was not paid, and begin another with everything that was told.

    A checkout makes one order, so the next one needs a new key. Return it, or None where there is nothing to
    begin anew.
    """
    ended = _close(order_id)
    if ended is None:
        return None
    begun = CHECKOUTS.insert().values(id=new_id(), status=CheckoutStatus.OPEN, **ended)
    return CheckoutId(UUID(str(db.session.execute(begun.returning(CHECKOUTS.c.id)).scalar_one())))


def _started(
    owner: Owner, *, with_stock: bool = True, placing: bool = False, withheld: bool = False
) -> CheckoutState:
    state = queries.find_checkout_state(owner, with_stock=with_stock, placing=placing, withheld=withheld)
    if state is None:
        raise DomainError("empty_cart")
    if state.checkout is None or state.address is None:
        raise DomainError("incomplete")
    return state


def _keep(cart: Contents, told: Mapping[str, object], *, known: CheckoutDetails | None = None) -> CheckoutId:
    """Write what was told into the cart's open checkout, or into a new one; return its id.

    An order that was placed from it ends first, which begins another checkout; else ``known`` is it, where it
    was read already.
    """
    edited = cart_services.make_editable(cart=cart)
    if known is None or cart.pending_order_id is not None:
        known = queries.find_current_checkout(edited.cart_id)
    checkout_id = _tell(edited, known.id, told) if known else _begin(edited, told)
    if checkout_id is None:
        raise DomainError("checkout_changed")
    return checkout_id


def _tell(cart: EditableCart, checkout_id: CheckoutId, told: Mapping[str, object]) -> CheckoutId | None:
    """Change a checkout and return its id, or None where it is ordered or over already."""
    values = {"checkout": checkout_id, "of_cart": cart.cart_id, **told}
    return checkout_id if rows_changed(db.session.execute(_TELL, values)) else None


def _begin(cart: EditableCart, told: Mapping[str, object]) -> CheckoutId | None:
    """Insert a checkout and return its id: that of another one where the same form was sent at this moment,
    or None where that one is ordered already.
    """
    row = {"id": new_id(), "cart_id": cart.cart_id, "status": CheckoutStatus.OPEN, **told}
    begun = insert_into(CHECKOUTS).values(row)
    once = begun.on_conflict_do_update(
        index_elements=["cart_id"],
        index_where=sa.text("status <> 'closed'"),
        set_={**told, "updated_at": clock.now()},
        where=CHECKOUTS.c.status == CheckoutStatus.OPEN,
    )
    checkout_id: CheckoutId | None = db.session.scalar(once.returning(CHECKOUTS.c.id))
    return checkout_id


def _draft(
    owner: Owner, state: CheckoutState, seen: Mapping[str, Any] | None, network_key: str | None
) -> OrderDraft:
    delivery, checkout = state.delivery, state.checkout
    if delivery is None or checkout is None or state.address is None or state.billing is None:
        raise DomainError("incomplete")
    if not state.cart.can_be_ordered:
        raise DomainError("cannot_be_ordered")
    now = state.snapshot
    if seen is not None and seen.keys() != now.keys():
        seen = None  # a button of another version of the shop
    if seen is None or not rules.is_same_order(seen, now):
        raise DomainError("order_changed", seen=seen, now=now)
    return rules.order_draft(
        checkout_id=checkout.id,
        user_id=owner.user_id,
        email=checkout.email or "",
        shipping=state.address,
        billing=state.billing,
        delivery=delivery,
        cart=state.cart,
        priced=state.quote,
        customer_key=state.benefits.customer_key,
        network_key=network_key,
    )


def _attend(owner: Owner, told: CheckoutDetails, order: Order, *, save: bool) -> Payment | None:
    """Do what the step of a new order writes beside it, before anything is claimed; return the payment of
    what is due.
    """
    _mark_placed(told)
    cart_services.attach_order(cart_id=told.cart_id, order_id=order.id)
    # Of an order that goes by e-mail no more is told than a country.
    if save and owner.user_id is not None and (told.shipping_address or {}).get("street_address"):
        _save_address(owner.user_id, told)
    return payments.open_first_payment(order=order) if order.amount_due else None


def _save_address(user_id: UserId, checkout: CheckoutDetails) -> None:
    accounts.save_address(
        user_id=user_id,
        kind=AddressType.SHIPPING,
        address=checkout.shipping_address or {},
        is_default=not queries.list_addresses(user_id),
    )


_STILL_OPEN = sa.and_(CHECKOUTS.c.id == sa.bindparam("checkout"), CHECKOUTS.c.status == CheckoutStatus.OPEN)
_TELL = CHECKOUTS.update().where(_STILL_OPEN, CHECKOUTS.c.cart_id == sa.bindparam("of_cart"))
_ORDERED_BY = ("email", "shipping_address", "billing_address", "delivery_code")
_PLACED = (
    CHECKOUTS.update()
    .where(_STILL_OPEN)
    .values(status=CheckoutStatus.PLACED)
    .returning(*(CHECKOUTS.c[name] for name in _ORDERED_BY))
)


def _mark_placed(told: CheckoutDetails) -> None:
    """Note that the order is written by what was ``told``; another tab may have said something else since."""
    row = db.session.execute(_PLACED, {"checkout": told.id}).one_or_none()
    if row is None or tuple(row) != tuple(getattr(told, name) for name in _ORDERED_BY):
        raise DomainError("checkout_changed")


_CLOSED = (
    CHECKOUTS.update()
    .where(
        CHECKOUTS.c.id
        == sa.select(Order.checkout_id).where(Order.id == sa.bindparam("of_order")).scalar_subquery(),
        CHECKOUTS.c.status == CheckoutStatus.PLACED,
    )
    .values(status=CheckoutStatus.CLOSED)
    .returning(*(CHECKOUTS.c[name] for name in DETAIL_COLUMNS))
)


def _close(order_id: OrderId) -> dict[str, object] | None:
    """End the checkout of an order and return what was told in it, or None where none was open."""
    row = db.session.execute(_CLOSED, {"of_order": order_id}).one_or_none()
    return dict(row._mapping) if row else None
