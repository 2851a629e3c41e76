"""What a checkout decides without a database: steps, ways of delivery, totals, the draft of its order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kashcraft.accounts.rules import Address
from kashcraft.cart.rules import (
    CartItem,
    Contents,
    DeliveryOption,
    Row,
    discount_rows,
    free_note,
    gift_card_rows,
)
from kashcraft.core.emails import mailbox
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import CheckoutId, UserId
from kashcraft.core.money import Money
from kashcraft.orders.rules import BY_EMAIL, Delivery, DraftLine, OrderDraft
from kashcraft.pricing.rules import Quote
from kashcraft.product_cards.rules import Picture


class Step(StrEnum):
    """The three steps, in their order."""

    CONTACT = "contact"
    DELIVERY = "delivery"
    PAYMENT = "payment"


def by_email() -> Delivery:
    """Return what an order keeps of its delivery where nothing is packed."""
    return Delivery(code=BY_EMAIL, name=_("By e-mail"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChoice:
    """A way of delivery as the page offers it: its days in words, its price before tax, and why it is free
    where it is.
    """

    code: str
    name: str
    days: str
    price: Money
    free: str


def delivery_choice(option: DeliveryOption, formats: Formats) -> DeliveryChoice:
    """Return a way of delivery in words."""
    return DeliveryChoice(
        code=option.code,
        name=option.name,
        days=formats.span(option.window.earliest, option.window.latest, year=False, weekday=True),
        price=option.price,
        free="" if option.price else free_note(option.quote),
    )


def is_enough(address: Address, *, by_email: bool) -> bool:
    """Return whether an address that was told suits what is in the bag: gift cards need no street."""
    return by_email or bool(address.street_address)


def next_step(*, has_address: bool, has_delivery: bool) -> Step:
    """Return the first step that is not done."""
    if not has_address:
        return Step.CONTACT
    return Step.PAYMENT if has_delivery else Step.DELIVERY


def open_step(wanted: str | None, reached: Step, *, by_email: bool = False) -> Step:
    """Return the step to show as a form: the one that somebody wants to change, if it was reached; gift cards
    alone have no step of delivery.
    """
    order = [step for step in Step if not (by_email and step is Step.DELIVERY)]
    if wanted in order and order.index(Step(wanted)) <= order.index(reached):
        return Step(wanted)
    return reached


def total_rows(
    priced: Quote,
    formats: Formats,
    *,
    has_address: bool,
    delivery: DeliveryOption | None,
    by_email: bool,
) -> list[Row]:
    """Return the totals as far as they are known: delivery and taxes follow from the first two steps."""
    rows = [Row(_("Subtotal"), priced.money(priced.subtotal)), *discount_rows(priced, formats)]
    rows.append(_delivery_row(priced, delivery, by_email))
    if has_address and not priced.tax_inclusive:
        rows.append(Row(_("Tax"), priced.money(priced.tax)))
    elif not priced.tax_inclusive:
        rows.append(Row(_("Tax"), note=_("Enter your address to see tax")))
    complete = has_address and (by_email or delivery is not None)
    inside = (
        _("Includes %(amount)s tax", amount=formats.amount(priced.money(priced.tax)))
        if priced.tax_inclusive and has_address
        else ""
    )
    label = _("Total") if complete else _("Subtotal before delivery")
    rows.append(Row(label, priced.money(priced.total), inside, "total"))
    return [*rows, *gift_card_rows(priced)]


def _delivery_row(priced: Quote, delivery: DeliveryOption | None, by_email: bool) -> Row:
    if by_email:
        return Row(_("Delivery"), note=_("By e-mail, free"))
    if priced.shipping is None or delivery is None:
        return Row(_("Delivery"), note=_("Calculated next"))
    if not priced.shipping.charged:
        return Row(_("Delivery"), note=free_note(priced))
    return Row(_("Delivery"), priced.money(priced.shipping.charged), delivery.name)


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
    """Return the order as it would be placed now, with everything that it has to keep.

    ``customer_key`` is whom limits count, where anybody had to ask; ``network_key`` where they come from.
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
        picture=_kept_picture(item.picture),
        weight_grams=item.weight_grams,
        details=item.gift.to_dict() if item.gift else None,
    )


def _kept_picture(picture: Picture | None) -> dict[str, Any] | None:
    if picture is None:
        return None
    return {
        "stem": picture.stem,
        "alt": picture.alt,
        "width": picture.width,
        "height": picture.height,
        "widths": list(picture.widths),
    }
