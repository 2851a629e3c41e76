"""Filling in a checkout, placing its order, and restarting it after the order has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.accounts import services as accounts
from kashcraft.accounts.models import AddressType
from kashcraft.accounts.rules import Address, country_name
from kashcraft.cart import queries as carts
from kashcraft.cart import services as cart_services
from kashcraft.cart.rules import Contents, Owner, needs_delivery
from kashcraft.checkout import queries, rules
from kashcraft.checkout.models import Checkout, CheckoutStatus
from kashcraft.checkout.queries import CheckoutDetails, CheckoutState
from kashcraft.core.db import db, insert_into, table_of
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import CheckoutId, OrderId, UserId, new_id
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.core.statements import per_dialect, run
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order
from kashcraft.orders.rules import OrderDraft
from kashcraft.payments import services as payments
from kashcraft.payments.models import Payment
from kashcraft.shipping.models import MethodCode

CHECKOUTS = table_of(Checkout)
DELIVERY_CODES = {one.value for one in MethodCode}
DETAIL_COLUMNS = (
    "cart_id", "user_id", "email", "phone", "shipping_address", "billing_address", "delivery_code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placement:
    """A placed order and its open payment; None where nothing is due."""

    order: Order
    payment: Payment | None


@dataclass(frozen=True, slots=True)
class SavedContact:
    """A checkout after its contact details were stored, and whether nothing of its cart is shipped."""

    checkout_id: CheckoutId
    by_email: bool


def save_contact(*, owner: Owner, email: str, shipping: Address, billing: Address | None) -> SavedContact:
    """Store the contact details and addresses.

    ``billing`` None uses the delivery address. Of a buyer of gift cards only the name and the country are
    stored. A pending order of the cart is cancelled, because its details change. Two statements.

    Raises DomainError: empty_cart, incomplete (the cart needs a complete address), no_delivery (for
    ``country``, with its name), checkout_changed (its order is placed concurrently).
    """
    cart = carts.get_contents(owner, with_stock=False)
    if not cart.items:
        raise DomainError("empty_cart")
    by_email = not needs_delivery(cart.items)
    if not rules.is_enough(shipping, by_email=by_email):
        raise DomainError("incomplete")
    if by_email:
        shipping, billing = Address(country=shipping.country, full_name=shipping.full_name), None
    elif not queries.can_deliver_to(shipping, version=cart.terms_version):
        raise DomainError("no_delivery", field="country", country=country_name(shipping.country))
    details = {
        "user_id": owner.user_id,
        "email": email,
        "phone": shipping.phone or None,
        "shipping_address": shipping.to_dict(),
        "billing_address": billing.to_dict() if billing else None,
    }
    return SavedContact(_save_details(cart, details), by_email)


def choose_delivery(*, owner: Owner, code: str) -> CheckoutId:
    """Store the selected delivery method; return the id of the checkout.

    Two statements without an unpaid order. Raises DomainError: empty_cart, incomplete (no address yet),
    delivery_unavailable (for ``delivery``), checkout_changed (its order is placed concurrently).
    """
    cart = carts.get_contents(owner, with_stock=False)
    if not cart.items or cart.pending_order_id is not None or code not in DELIVERY_CODES:
        state = _started(owner, with_stock=False)
        _check_delivery(state, code)
        return _save_details(state.cart, {"delivery_code": code})
    # The UPDATE reads the checkout, too; a refusal undoes it.
    values = {"of_cart": cart.cart_id, "delivery_code": code}
    row = run(_DELIVERY, values).one_or_none()
    if row is None:
        _started(owner, with_stock=False)
        raise DomainError("checkout_changed")
    state = queries.get_checkout_state(owner, cart, CheckoutDetails(*row))
    _check_started(state)
    _check_delivery(state, code)
    return CheckoutId(row.id)


def _check_delivery(state: CheckoutState, code: str) -> None:
    if state.price.option(code) is None:
        raise DomainError("delivery_unavailable", field="delivery")


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
    payment = _record_order(owner, state.checkout, written.order, save=save) if written.is_new else None
    order = orders.claim(written=written)
    return Placement(order, payment or payments.open_payment(order_id=order.id))


def retry_payment(*, owner: Owner) -> Placement:
    """Open the next payment of the unpaid order.

    Raises DomainError: empty_cart, nothing_placed, and the errors of ``payments.open_payment``.
    """
    state = _started(owner)
    if state.order is None:
        raise DomainError("nothing_placed")
    return Placement(state.order, payments.open_payment(order_id=state.order.id, from_its_page=True))


def close_checkout(*, order_id: OrderId) -> bool:
    """Close the checkout of a paid order; return whether it was not closed before."""
    return _close(order_id) is not None


def restart_checkout(*, order_id: OrderId) -> CheckoutId | None:
    """Close the checkout of an unpaid order and create another one with the same details.

    Each checkout has one order, so the next order needs a new id. Returns it, or None where there is no
    checkout.
    """
    closed = _close(order_id)
    if closed is None:
        return None
    inserted = CHECKOUTS.insert().values(id=new_id(), status=CheckoutStatus.OPEN, **closed)
    return CheckoutId(UUID(str(db.session.execute(inserted.returning(CHECKOUTS.c.id)).scalar_one())))


def _started(
    owner: Owner, *, with_stock: bool = True, placing: bool = False, withheld: bool = False
) -> CheckoutState:
    state = queries.find_checkout_state(owner, with_stock=with_stock, placing=placing, withheld=withheld)
    if state is None:
        raise DomainError("empty_cart")
    _check_started(state)
    return state


def _check_started(state: CheckoutState) -> None:
    if state.checkout is None or state.address is None:
        raise DomainError("incomplete")


def _save_details(cart: Contents, details: Mapping[str, object]) -> CheckoutId:
    """Store details in the open checkout of a cart, or in a new one; return its id. One statement.

    A pending order is cancelled first, which restarts the checkout. Raises checkout_changed for a checkout
    that was placed concurrently.
    """
    editable = cart_services.make_editable(cart=cart)
    row = {"id": new_id(), "cart_id": editable.cart_id, "status": CheckoutStatus.OPEN, **details}
    checkout_id: CheckoutId | None = run(_put_statement(tuple(row)), row).scalar()
    if checkout_id is None:
        raise DomainError("checkout_changed")
    return checkout_id


@per_dialect
def _put_statement(names: tuple[str, ...]) -> sa.Executable:
    """Return the statement that inserts a checkout with columns ``names`` or updates the open one."""
    columns = {name: sa.bindparam(name, type_=CHECKOUTS.c[name].type) for name in names}
    inserted = insert_into(CHECKOUTS).values(columns)
    changed = [name for name in (*names, "updated_at") if name not in ("id", "cart_id", "status")]
    upsert = inserted.on_conflict_do_update(
        index_elements=["cart_id"],
        index_where=sa.text("status <> 'closed'"),
        set_={name: inserted.excluded[name] for name in changed},
        where=CHECKOUTS.c.status == CheckoutStatus.OPEN,
    )
    return upsert.returning(CHECKOUTS.c.id)


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
        seen = None  # from another version of the shop
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


def _record_order(owner: Owner, details: CheckoutDetails, order: Order, *, save: bool) -> Payment | None:
    """Write the rows that belong to a new order before anything is claimed.

    Return the payment of the amount due.
    """
    _mark_placed(details)
    cart_services.attach_order(cart_id=details.cart_id, order_id=order.id)
    # An order of gift cards has only a name and a country.
    if save and owner.user_id is not None and (details.shipping_address or {}).get("street_address"):
        _save_address(owner.user_id, details)
    return payments.open_first_payment(order=order) if order.amount_due else None


def _save_address(user_id: UserId, checkout: CheckoutDetails) -> None:
    accounts.save_address(
        user_id=user_id,
        kind=AddressType.SHIPPING,
        address=checkout.shipping_address or {},
        is_default=not queries.list_addresses(user_id),
    )


_STILL_OPEN = sa.and_(CHECKOUTS.c.id == sa.bindparam("checkout"), CHECKOUTS.c.status == CheckoutStatus.OPEN)
_DELIVERY = (
    CHECKOUTS.update()
    .where(CHECKOUTS.c.cart_id == sa.bindparam("of_cart"), CHECKOUTS.c.status == CheckoutStatus.OPEN)
    .returning(*(CHECKOUTS.c[one.name] for one in fields(CheckoutDetails)))
)
_ORDERED_DETAILS = ("email", "shipping_address", "billing_address", "delivery_code")
_PLACED = (
    CHECKOUTS.update()
    .where(_STILL_OPEN)
    .values(status=CheckoutStatus.PLACED)
    .returning(*(CHECKOUTS.c[name] for name in _ORDERED_DETAILS))
)


def _mark_placed(details: CheckoutDetails) -> None:
    """Mark a checkout as placed. Raises checkout_changed if its details were changed after they were read."""
    row = run(_PLACED, {"checkout": details.id}).one_or_none()
    if row is None or tuple(row) != tuple(getattr(details, name) for name in _ORDERED_DETAILS):
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
    """Close the checkout of an order and return its details, or None where none was open."""
    row = run(_CLOSED, {"of_order": order_id}).one_or_none()
    return dict(row._mapping) if row else None


def export_personal_data(*, person: Individual) -> Export:
    """Return the details that a person has entered in checkouts. One statement."""
    columns = sa.select(
        Checkout.email, Checkout.phone, Checkout.shipping_address, Checkout.billing_address,
        Checkout.created_at,
    )  # fmt: skip
    return {"checkouts": read_rows(columns.where(_is_of(person)).order_by(Checkout.created_at, Checkout.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Empty the checkouts of a person; their ids stay, because each gives one order at most."""
    empty = {
        "email": None, "phone": None, "shipping_address": sa.null(), "billing_address": sa.null(),
        "user_id": None,
    }  # fmt: skip
    run_erasures(sa.update(Checkout).where(_is_of(person)).values(empty))


def _is_of(person: Individual) -> sa.ColumnElement[bool]:
    return person.owns(Checkout.user_id, sa.func.lower(Checkout.email))
