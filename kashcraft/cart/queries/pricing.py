"""Prices of items at an address, and the estimate of a cart without an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kashcraft.accounts.rules import Address, country_name
from kashcraft.cart import rules
from kashcraft.cart.presenters import DeliveryEstimate, Savings, Totals, estimate_rows, savings
from kashcraft.cart.queries.benefits import get_available_benefits, get_benefits
from kashcraft.cart.rules import (
    NO_BENEFITS,
    Benefits,
    Contents,
    Item,
    Owner,
    PricedItems,
    PricingTerms,
    needs_delivery,
)
from kashcraft.core.money import Money
from kashcraft.core.settings import settings, shop_time
from kashcraft.pricing.rules import Quote, TierPerk
from kashcraft.shipping import queries as shipping
from kashcraft.shipping.rules import Zone
from kashcraft.taxes import queries as taxes
from kashcraft.taxes.rules import Destination


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimated totals of a cart, its delivery, its code box, and the quote behind them."""

    totals: Totals
    delivery: DeliveryEstimate
    savings: Savings
    quote: Quote


def price_items(
    items: Sequence[Item],
    *,
    address: Address | None,
    delivery: str | None = None,
    benefits: Benefits = NO_BENEFITS,
    preview: str | None = None,
    taxed: bool = True,
    version: int | None = None,
) -> PricedItems:
    """Return the price of items at an address: with each delivery method, and with that of code ``delivery``.

    This is the only pricing function of cart, checkout, quick buy and the demo shop. Without an address,
    delivery and tax are not calculated. ``taxed`` False omits the tax, where only the country is known.
    ``preview`` is a delivery method that is counted without being selected.

    Two statements with an address; none for data that was already read under this ``version``
    (``cart.rules.Contents.terms_version``).
    """
    terms = _terms()
    zone, rates = None, rules.NO_RATES
    if address is not None and taxed:
        destination = Destination(address.country, address.state, address.postal_code)
        found = taxes.list_rates_for(destination, on=terms.now.date(), version=version)
        rates = {tax_class: rate.rate for tax_class, rate in found.items()}
    if address is not None and needs_delivery(items):
        zone = shipping.find_zone(address.country, address.state, version=version)
    result = rules.price_items(items, terms=terms, benefits=benefits, rates=rates, zone=zone)
    return result.with_delivery(delivery, preview=preview)


def get_goods_quote(items: Sequence[Item], benefits: Benefits) -> Quote:
    """Return the price of items before delivery and tax. No statement."""
    return rules.price_items(items, terms=_terms(), benefits=benefits).goods


def get_estimate(owner: Owner, cart: Contents, *, country: str) -> Estimate:
    """Return the totals of a cart with an estimate of its delivery to ``country``.

    One statement for the delivery, those of ``get_benefits``, and for members those of
    ``get_available_benefits``.
    """
    formats, found = settings().formats, get_benefits(owner, cart)
    address = Address(country=country) if _has_priced_goods(cart) else None
    result = price_items(cart.items, address=address, benefits=found, taxed=False, version=cart.terms_version)
    rows = estimate_rows(
        result.quote, formats, country=country_name(country), is_deliverable=result.counted is not None
    )
    available = get_available_benefits(owner, cart)
    return Estimate(
        Totals(tuple(rows)),
        _delivery_estimate(result.zone, found.perk, result.quote, country),
        savings(found, result.quote, rewards=available.rewards, balance=available.balance, formats=formats),
        result.quote,
    )


def get_delivery_estimate(owner: Owner, cart: Contents, *, country: str) -> DeliveryEstimate:
    """Return the delivery of ``get_estimate`` alone.

    Its statements are those of ``get_estimate`` without those of ``get_available_benefits``.
    """
    found = get_benefits(owner, cart)
    goods = get_goods_quote(cart.items, found)
    zone = shipping.find_zone(country, version=cart.terms_version) if goods.merchandise else None
    return _delivery_estimate(zone, found.perk, goods, country)


def _terms() -> PricingTerms:
    config = settings()
    return PricingTerms(
        currency=config.shop_currency,
        tax_inclusive=config.prices_include_tax,
        cutoff_hour=config.order_cutoff_hour,
        now=shop_time(),
    )


def _has_priced_goods(cart: Contents) -> bool:
    """Return whether any item has a price and has to be delivered."""
    return any(item.counts and not item.is_gift_card and item.unit_price for item in cart.items)


def _delivery_estimate(
    zone: Zone | None, perk: TierPerk | None, result: Quote, country: str
) -> DeliveryEstimate:
    missing, free_from = _free(zone, perk, result)
    return DeliveryEstimate(country_name(country), missing, free_from, shipping.find_arrival(zone))


def _free(zone: Zone | None, perk: TierPerk | None, result: Quote) -> tuple[Money | None, Money | None]:
    """Return the amount missing for free standard delivery and its threshold, None where it is never free."""
    reached = [] if zone is None or zone.free_above is None else [zone.free_above]
    if zone is not None and perk is not None:
        reached.append(perk.free_from)
    if not reached:
        return None, None
    missing = max(0, min(reached) - result.merchandise_after_discounts)
    return result.money(missing), result.money(min(reached))
