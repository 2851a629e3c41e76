"""What items cost: with an address and benefits, and as the cart estimates it before its address is known."""

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
    """The totals of a cart, what its box of codes, points and rewards shows, and the quote behind both."""

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
    tried: str | None = None,
    taxed: bool = True,
    version: int | None = None,
) -> PricedItems:
    """Return what items cost at an address with benefits: by each way of delivery, and by the one of the code
    ``delivery``. Cart, checkout, quick buy and the demo shop price by this alone.

    Without an address neither delivery nor tax is known; ``taxed`` False leaves the tax out, where only the
    country is known. ``tried`` is a delivery that is looked at and not chosen. Two statements with an
    address, none for what was read before under this ``version`` (``cart.rules.Contents.terms_version``).
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
    return result.with_delivery(delivery, tried=tried)


def get_goods_quote(items: Sequence[Item], benefits: Benefits) -> Quote:
    """Return what items cost before delivery and tax. No statement."""
    return rules.price_items(items, terms=_terms(), benefits=benefits).goods


def get_estimate(owner: Owner, cart: Contents, *, country: str) -> Estimate:
    """Return what the cart costs and an estimate of its delivery to ``country``.

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
    """Return what ``get_estimate`` says of the delivery to ``country``; its statements
    but those of ``get_available_benefits``.
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
    """Return whether anything that can be bought has to be delivered and paid for."""
    return any(item.counts and not item.is_gift_card and item.unit_price for item in cart.items)


def _delivery_estimate(
    zone: Zone | None, perk: TierPerk | None, result: Quote, country: str
) -> DeliveryEstimate:
    missing, free_from = _free(zone, perk, result)
    return DeliveryEstimate(country_name(country), missing, free_from, shipping.find_arrival(zone))


def _free(zone: Zone | None, perk: TierPerk | None, result: Quote) -> tuple[Money | None, Money | None]:
    """Return what is missing for free standard delivery, and from where it is free; None where nothing is."""
    reached = [] if zone is None or zone.free_above is None else [zone.free_above]
    if zone is not None and perk is not None:
        reached.append(perk.free_from)
    if not reached:
        return None, None
    missing = max(0, min(reached) - result.merchandise_after_discounts)
    return result.money(missing), result.money(min(reached))
