"""Queries for the pages of the checkout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.accounts import queries as accounts
from kashcraft.accounts.models import SavedAddress
from kashcraft.accounts.rules import Address
from kashcraft.cart import queries as carts
from kashcraft.cart.presenters import AmountRow, Savings, savings
from kashcraft.cart.rules import (
    NO_BENEFITS,
    Benefits,
    CartItem,
    Contents,
    Owner,
    PricedItems,
    needs_delivery,
)
from kashcraft.checkout import presenters, rules
from kashcraft.checkout.models import Checkout, CheckoutStatus
from kashcraft.checkout.presenters import DeliveryChoice
from kashcraft.checkout.rules import Step
from kashcraft.core import autocommit
from kashcraft.core.db import db
from kashcraft.core.ids import CartId, CheckoutId, UserId
from kashcraft.core.money import Money
from kashcraft.core.settings import formats
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.orders.presenters import TotalRow
from kashcraft.orders.presenters import totals as order_totals
from kashcraft.orders.rules import Delivery
from kashcraft.payments import queries as payments
from kashcraft.payments.models import Payment, PaymentStatus
from kashcraft.payments.presenters import decline_reason
from kashcraft.pricing.rules import Quote
from kashcraft.shipping import queries as shipping


@dataclass(frozen=True, slots=True)
class CheckoutDetails:
    """The details of a checkout that is not closed, as they were read."""

    id: CheckoutId
    cart_id: CartId
    status: CheckoutStatus
    email: str | None
    shipping_address: dict[str, str] | None
    billing_address: dict[str, str] | None
    delivery_code: str | None


@dataclass(frozen=True, kw_only=True)
class CheckoutState:
    """A cart at checkout: entered details, available delivery methods, and prices.

    ``price`` has the confirmed delivery method selected; until then the preselected one is counted.
    ``benefits`` are the applied benefits. ``order`` and ``payment`` are set while a placed order is unpaid.
    """

    cart: Contents
    checkout: CheckoutDetails | None
    address: Address | None
    price: PricedItems
    benefits: Benefits = NO_BENEFITS
    order: Order | None = None
    payment: Payment | None = None

    @property
    def quote(self) -> Quote:
        """Return the quote with the counted delivery method."""
        return self.price.quote

    @cached_property
    def choices(self) -> list[DeliveryChoice]:
        """Return the delivery methods for the page."""
        return [presenters.delivery_choice(option, formats()) for option in self.price.options]

    @cached_property
    def chosen(self) -> DeliveryChoice | None:
        """Return the confirmed delivery method for the page, or None."""
        return presenters.delivery_choice(self.price.chosen, formats()) if self.price.chosen else None

    @cached_property
    def by_email(self) -> bool:
        """Return whether nothing in the cart is shipped."""
        return not needs_delivery(self.cart.items)

    @property
    def is_mixed(self) -> bool:
        """Return whether the cart has both shipped products and gift cards."""
        return not self.by_email and any(item.is_gift_card for item in self.cart.items)

    @property
    def entered_address(self) -> Address | None:
        """Return the address as it was entered, even if the cart now needs a complete one."""
        return _address(self.checkout)

    @cached_property
    def billing(self) -> Address | None:
        """Return the billing address; without a separate one it is the delivery address."""
        if self.checkout is None or self.checkout.billing_address is None:
            return self.address
        return Address.from_dict(self.checkout.billing_address)

    @cached_property
    def delivery(self) -> Delivery | None:
        """Return the delivery data that the order stores."""
        if self.by_email:
            return presenters.by_email()
        return self.price.chosen.delivery if self.price.chosen else None

    @property
    def reached(self) -> Step:
        """Return the first step that is not complete."""
        has_address = self.address is not None
        return rules.next_step(
            has_address=has_address, has_delivery=has_address and self.delivery is not None
        )

    @property
    def due(self) -> Money:
        """Return the amount due: of the placed order, otherwise of the quote."""
        if self.order is not None:
            return Money(self.order.amount_due, self.order.currency)
        return self.quote.money(self.quote.due)

    @cached_property
    def rows(self) -> Sequence[AmountRow | TotalRow]:
        """Return the rows of the totals: of the placed order, otherwise of the quote."""
        if self.order is not None:
            return order_totals(self.order, formats())
        return presenters.total_rows(
            self.quote,
            formats(),
            has_address=self.address is not None,
            delivery=self.price.counted,
            by_email=self.by_email,
        )

    def cost_of(self, item: CartItem) -> Money:
        """Return the amount of a line before discounts, as in the placed order or at the current price."""
        details = item.gift.to_dict() if item.gift else None
        same = (
            line
            for line in (self.order.lines if self.order else [])
            if line.product_id == item.product_id and line.details == details
        )
        return next((Money(line.gross, item.currency) for line in same), item.subtotal)

    @property
    def snapshot(self) -> dict[str, Any]:
        """Return the snapshot of the order to place, which the form of the order button contains signed."""
        return rules.order_snapshot(
            checkout_id=self.checkout.id if self.checkout else None,
            items=self.cart.items,
            priced=self.quote,
            delivery=self.delivery,
            address=self.address,
            billing=self.billing,
            email=self.checkout.email if self.checkout else None,
        )

    @property
    def is_processing(self) -> bool:
        """Return whether the processor is confirming a payment."""
        return self.payment is not None and self.payment.status is PaymentStatus.PROCESSING

    @property
    def decline(self) -> str | None:
        """Return why the last payment failed, in words, or None."""
        if self.payment is None or self.payment.status not in (PaymentStatus.FAILED, PaymentStatus.CANCELLED):
            return None
        return decline_reason(self.payment.status, self.payment.decline_code)


def find_checkout_state(
    owner: Owner,
    *,
    with_stock: bool = True,
    preview: str | None = None,
    placing: bool = False,
    withheld: bool = False,
) -> CheckoutState | None:
    """Return the state of the owner's checkout, or None for an empty cart.

    The other parameters are those of ``get_checkout_state``. One statement for the cart, one for the
    checkout; those of ``get_benefits`` of the cart; with an address two for delivery and tax; four more while
    an order is unpaid. The number of lines does not matter.
    """
    with autocommit.one_connection():
        cart = carts.get_contents(owner, with_stock=with_stock)
        if not cart.items or cart.cart_id is None:
            return None
        checkout = find_current_checkout(cart.cart_id)
    return get_checkout_state(owner, cart, checkout, preview=preview, placing=placing, withheld=withheld)


_LIVE = sa.select(
    Checkout.id, Checkout.cart_id, Checkout.status, Checkout.email, Checkout.shipping_address,
    Checkout.billing_address, Checkout.delivery_code,
).where(Checkout.cart_id == sa.bindparam("cart"), Checkout.status != CheckoutStatus.CLOSED)  # fmt: skip


def find_current_checkout(cart_id: CartId) -> CheckoutDetails | None:
    """Return the checkout of a cart that is not closed, or None. One statement."""
    found = autocommit.rows(_LIVE, {"cart": cart_id})
    return CheckoutDetails(*found[0]) if found else None


def get_savings(owner: Owner, state: CheckoutState) -> Savings:
    """Return the content of the code box. Two statements for members."""
    available = carts.get_available_benefits(owner, state.cart)
    return savings(
        state.benefits,
        state.quote,
        rewards=available.rewards,
        balance=available.balance,
        formats=formats(),
    )


def get_checkout_state(
    owner: Owner,
    cart: Contents,
    checkout: CheckoutDetails | None,
    *,
    preview: str | None = None,
    placing: bool = False,
    withheld: bool = False,
) -> CheckoutState:
    """Return the state of a checkout: delivery methods, prices and the unpaid order.

    ``preview`` is a delivery method that is counted in the total without being selected. ``placing`` counts
    the earlier uses of codes by a guest with this e-mail address; only the order button may reveal them. With
    ``withheld`` vouchers with a limit per customer are not available.
    """
    address = _sufficient(_address(checkout), cart)
    email = checkout.email if checkout and placing else None
    benefits = carts.get_benefits(owner, cart, email=email, withheld=withheld)
    price = carts.price_items(
        cart.items,
        address=address,
        delivery=checkout.delivery_code if checkout else None,
        benefits=benefits,
        preview=preview,
        version=cart.terms_version,
    )
    order = _pending_order(cart)
    return CheckoutState(
        cart=cart,
        checkout=checkout,
        address=address,
        price=price,
        benefits=benefits,
        order=order,
        payment=payments.find_latest(order.id) if order else None,
    )


def is_by_email(owner: Owner) -> bool:
    """Return whether the owner's cart contains only gift cards. One statement."""
    items = carts.get_contents(owner, with_stock=False).items
    return bool(items) and not needs_delivery(items)


def can_deliver_to(address: Address, *, version: int | None = None) -> bool:
    """Return whether the shop delivers to an address; ``version`` is as for ``shipping.find_zone``."""
    return shipping.find_zone(address.country, address.state, version=version) is not None


def get_coverage(version: int | None) -> shipping.Coverage:
    """Return the countries that the shop delivers to, as ``shipping.get_coverage``."""
    return shipping.get_coverage(version=version)


def list_addresses(user_id: UserId | None) -> list[SavedAddress]:
    """Return the addresses of a member, the default first; empty for guests. One statement."""
    return list(accounts.list_addresses(user_id)) if user_id is not None else []


def is_new_address(owner: Owner, state: CheckoutState) -> bool:
    """Return whether a member can save the delivery address. One statement for members, none for guests."""
    if owner.user_id is None or state.address is None or state.by_email:
        return False
    return all(Address.from_row(saved) != state.address for saved in list_addresses(owner.user_id))


def _pending_order(cart: Contents) -> Order | None:
    if cart.pending_order_id is None:
        return None
    found = sa.select(Order).where(Order.id == cart.pending_order_id, Order.status == OrderStatus.PENDING)
    return db.session.scalar(found.options(selectinload(Order.lines)))


def _address(checkout: CheckoutDetails | None) -> Address | None:
    if checkout is None or checkout.shipping_address is None:
        return None
    return Address.from_dict(checkout.shipping_address)


def _sufficient(address: Address | None, cart: Contents) -> Address | None:
    by_email = not needs_delivery(cart.items)
    return address if address and rules.is_enough(address, by_email=by_email) else None
