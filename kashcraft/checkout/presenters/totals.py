"""Delivery methods and totals at checkout."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.cart.presenters import AmountRow, discount_rows, free_note, gift_card_rows
from kashcraft.cart.rules import DeliveryOption
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.money import Money
from kashcraft.orders.rules import BY_EMAIL, Delivery
from kashcraft.pricing.rules import Quote


def by_email() -> Delivery:
    """Return the delivery data of an order of gift cards."""
    return Delivery(code=BY_EMAIL, name=_("By e-mail"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChoice:
    """A delivery method on the page: its dates in words, its price before tax, and why it is free."""

    code: str
    name: str
    days: str
    price: Money
    free: str


def delivery_choice(option: DeliveryOption, formats: Formats) -> DeliveryChoice:
    """Return a delivery method for the page."""
    return DeliveryChoice(
        code=option.code,
        name=option.name,
        days=formats.span(option.window.earliest, option.window.latest, year=False, weekday=True),
        price=option.price,
        free="" if option.price else free_note(option.quote),
    )


def total_rows(
    priced: Quote,
    formats: Formats,
    *,
    has_address: bool,
    delivery: DeliveryOption | None,
    by_email: bool,
) -> list[AmountRow]:
    """Return the known totals; delivery and taxes follow from the first two steps."""
    rows = [AmountRow(_("Subtotal"), priced.money(priced.subtotal)), *discount_rows(priced, formats)]
    rows.append(_delivery_row(priced, delivery, by_email))
    if has_address and not priced.tax_inclusive:
        rows.append(AmountRow(_("Tax"), priced.money(priced.tax)))
    elif not priced.tax_inclusive:
        rows.append(AmountRow(_("Tax"), note=_("Enter your address to see tax")))
    complete = has_address and (by_email or delivery is not None)
    inside = (
        _("Includes %(amount)s tax", amount=formats.amount(priced.money(priced.tax)))
        if priced.tax_inclusive and has_address
        else ""
    )
    label = _("Total") if complete else _("Subtotal before delivery")
    rows.append(AmountRow(label, priced.money(priced.total), inside, "total"))
    return [*rows, *gift_card_rows(priced)]


def _delivery_row(priced: Quote, delivery: DeliveryOption | None, by_email: bool) -> AmountRow:
    if by_email:
        return AmountRow(_("Delivery"), note=_("By e-mail, free"))
    if priced.shipping is None or delivery is None:
        return AmountRow(_("Delivery"), note=_("Calculated next"))
    if not priced.shipping.charged:
        return AmountRow(_("Delivery"), note=free_note(priced))
    return AmountRow(_("Delivery"), priced.money(priced.shipping.charged), delivery.name)
