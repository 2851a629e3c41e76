"""The steps of the checkout and the draft of its order."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from kashcraft.accounts.rules import Address
from kashcraft.cart.rules import CartItem, Contents
from kashcraft.core.email_addresses import mailbox
from kashcraft.core.ids import CheckoutId, UserId
from kashcraft.orders.rules import Delivery, DraftLine, OrderDraft
from kashcraft.pricing.rules import Quote
from kashcraft.product_cards.rules import Picture


class Step(StrEnum):
    """The three steps in their order."""

    CONTACT = "contact"
    DELIVERY = "delivery"
    PAYMENT = "payment"


def is_enough(address: Address, *, by_email: bool) -> bool:
    """Return whether an address suits the cart: gift cards need no street."""
    return by_email or bool(address.street_address)


def next_step(*, has_address: bool, has_delivery: bool) -> Step:
    """Return the first step that is not complete."""
    if not has_address:
        return Step.CONTACT
    return Step.PAYMENT if has_delivery else Step.DELIVERY


def open_step(wanted: str | None, reached: Step, *, by_email: bool = False) -> Step:
    """Return the step to open: the requested one if it was reached, otherwise the first incomplete one.

    Carts of gift cards have no delivery step.
    """
    order = [step for step in Step if not (by_email and step is Step.DELIVERY)]
    if wanted in order and order.index(Step(wanted)) <= order.index(reached):
        return Step(wanted)
    return reached


def order_draft(
    *,
    checkout_id: CheckoutId,
    user_id: UserId | None,
    email: str,
    shipping: Address,
    billing: Address,
    delivery: Delivery,
    cart: Contents,
    priced: Quote,
    customer_key: str | None = None,
    network_key: str | None = None,
) -> OrderDraft:
    """Return the draft of the order with everything that the order stores.

    ``customer_key`` identifies the customer for limits, None where no limit was checked. ``network_key``
    identifies the network of the buyer.
    """
    return OrderDraft(
        checkout_id=checkout_id,
        user_id=user_id,
        email=email,
        phone=shipping.phone or None,
        shipping_address=shipping.to_dict(),
        billing_address=billing.to_dict(),
        delivery=delivery,
        quote=priced,
        lines=tuple(_draft_line(item) for item in cart.items),
        customer_key=customer_key or (str(user_id) if user_id else mailbox(email)),
        network_key=network_key,
    )


def _draft_line(item: CartItem) -> DraftLine:
    return DraftLine(
        key=item.line_id,
        product_id=item.product_id,
        sku=item.sku,
        name=item.name,
        options=item.options,
        page_slug=item.slug,
        picture=_picture_data(item.picture),
        weight_grams=item.weight_grams,
        details=item.gift.to_dict() if item.gift else None,
    )


def _picture_data(picture: Picture | None) -> dict[str, Any] | None:
    if picture is None:
        return None
    return {
        "stem": picture.stem,
        "alt": picture.alt,
        "width": picture.width,
        "height": picture.height,
        "widths": list(picture.widths),
    }
