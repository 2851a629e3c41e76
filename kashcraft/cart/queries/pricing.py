"""What a cart costs before its address is known, with everything its owner wants to use."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.accounts.rules import country_name
from kashcraft.cart.queries.benefits import benefits, offered
from kashcraft.cart.rules import (
    Contents,
    Delivered,
    Owner,
    Savings,
    Totals,
    basket,
    cheapest,
    estimate_rows,
    savings,
)
from kashcraft.core.context import settings
from kashcraft.core.money import Money
from kashcraft.pricing.rules import Quote, TierPerk, quote
from kashcraft.shipping import queries as shipping
from kashcraft.shipping.rules import Zone, offers


@dataclass(frozen=True, slots=True)
class Priced:
    """The totals of a cart, what its box of codes, points and rewards shows, and the quote behind both."""

    totals: Totals
    delivered: Delivered
    savings: Savings
    quote: Quote


def priced(owner: Owner, cart: Contents, *, country: str) -> Priced:
    """Return what the cart costs and an estimate of its delivery to ``country``.

    One statement for the delivery, those of ``benefits``, and for members those of ``offered``.
    """
    config = settings()
    found = benefits(owner, cart)
    plain = basket(
        cart.items, currency=config.shop_currency, tax_inclusive=config.prices_include_tax, benefits=found
    )
    undelivered = quote(plain)
    zone = shipping.zone_for(country, version=cart.terms_version) if undelivered.merchandise else None
    ways = []
    if zone:
        goods = undelivered.merchandise_after_discounts
        weight = sum(item.weight_grams * item.quantity for item in cart.items)
        ways = offers(zone, weight_grams=weight, merchandise=goods)
    delivered = cheapest(plain, ways, found)
    result = delivered or undelivered
    rows = estimate_rows(
        result, config.formats, country=country_name(country), delivered=delivered is not None
    )
    could = offered(owner, cart)
    return Priced(
        Totals(tuple(rows)),
        _delivered(zone, found.perk, result, country),
        savings(found, result, rewards=could.rewards, balance=could.balance, formats=config.formats),
        result,
    )


def delivered(owner: Owner, cart: Contents, *, country: str) -> Delivered:
    """Return what ``priced`` says of the delivery to ``country``, for who is told no more; its statements but
    those of ``offered``.
    """
    config, found = settings(), benefits(owner, cart)
    goods = quote(
        basket(
            cart.items,
            currency=config.shop_currency,
            tax_inclusive=config.prices_include_tax,
            benefits=found,
        )
    )
    zone = shipping.zone_for(country, version=cart.terms_version) if goods.merchandise else None
    return _delivered(zone, found.perk, goods, country)


def _delivered(zone: Zone | None, perk: TierPerk | None, result: Quote, country: str) -> Delivered:
    missing, free_from = _free(zone, perk, result)
    return Delivered(country_name(country), missing, free_from, shipping.arrival(zone))


def _free(zone: Zone | None, perk: TierPerk | None, result: Quote) -> tuple[Money | None, Money | None]:
    """Return what is missing for free standard delivery, and from where it is free; None where nothing is."""
    reached = [] if zone is None or zone.free_above is None else [zone.free_above]
    if zone is not None and perk is not None:
        reached.append(perk.free_from)
    if not reached:
        return None, None
    missing = max(0, min(reached) - result.merchandise_after_discounts)
    return result.money(missing), result.money(min(reached))
