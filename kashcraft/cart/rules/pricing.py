"""Prices at a place: items, address, delivery and benefits become a quote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kashcraft.cart.rules.benefits import Benefits
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.orders.rules import Delivery
from kashcraft.pricing.rules import CartToPrice, LineToPrice, Quote, ShippingChoice, quote
from kashcraft.shipping.rules import DeliveryOffer, DeliveryWindow, Zone, delivery_window, offers

MAX_QUANTITY = 999
NO_BENEFITS = Benefits()
NO_RATES: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A product or variant with its quantity, as input of pricing; amounts are minor units.

    ``page_id`` is the product with the page, ``free`` the number of units that can be bought now.
    """

    product_id: ProductId
    page_id: UUID
    name: str
    quantity: int
    unit_price: int
    regular_price: int
    weight_grams: int
    tax_class: str
    is_gift_card: bool
    is_active: bool = True
    free: int = MAX_QUANTITY

    @property
    def key(self) -> UUID:
        """Return the key of its line in the quote."""
        return self.product_id

    @property
    def counts(self) -> bool:
        """Return whether the item is part of the price.

        Items that cannot be bought at all are left out. If too few units are left, the full quantity counts
        until the owner changes it.
        """
        return self.is_active and self.free > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingTerms:
    """The settings of the shop for prices and delivery dates; ``now`` is in the time zone of the shop."""

    currency: str
    tax_inclusive: bool
    cutoff_hour: int
    now: datetime


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """A delivery method for the items: its delivery window, and the quote of everything with it."""

    offer: DeliveryOffer
    window: DeliveryWindow
    quote: Quote

    @property
    def code(self) -> str:
        """Return the code of the method, as used in forms."""
        return self.offer.method.code

    @property
    def name(self) -> str:
        """Return the display name of the method."""
        return self.offer.method.name

    @property
    def is_express(self) -> bool:
        """Return whether the method is express."""
        return self.offer.method.is_express

    @property
    def price(self) -> Money:
        """Return the charge for delivery before tax, after the benefits of the buyer."""
        return self.quote.money(self.quote.shipping_charged)

    @property
    def delivery(self) -> Delivery:
        """Return the data of the delivery that an order stores."""
        return Delivery(
            code=self.code, name=self.name, earliest=self.window.earliest, latest=self.window.latest
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedItems:
    """The price of items at a place: ``goods`` without delivery, and ``options`` with each delivery method.

    ``options`` start with the cheapest. ``chosen`` is the selected method, if it is available. ``counted`` is
    the method in ``quote``: the previewed or selected one, otherwise the cheapest. ``zone`` is the zone of
    the address, None where the shop does not deliver.
    """

    goods: Quote
    options: tuple[DeliveryOption, ...] = ()
    chosen: DeliveryOption | None = None
    counted: DeliveryOption | None = None
    zone: Zone | None = None

    @property
    def quote(self) -> Quote:
        """Return the quote with the counted delivery method."""
        return self.counted.quote if self.counted else self.goods

    def option(self, code: str | None) -> DeliveryOption | None:
        """Return the delivery method with that code, or None where it is not available."""
        return next((one for one in self.options if one.code == code), None)

    def with_delivery(self, code: str | None, *, preview: str | None = None) -> PricedItems:
        """Return a copy with a selected delivery method; ``preview`` is counted without being selected."""
        chosen = self.option(code)
        counted = self.option(preview) or chosen or next(iter(self.options), None)
        return replace(self, chosen=chosen, counted=counted)


def price_items(
    items: Sequence[Item],
    *,
    terms: PricingTerms,
    benefits: Benefits = NO_BENEFITS,
    rates: Mapping[str, int] = NO_RATES,
    zone: Zone | None = None,
) -> PricedItems:
    """Return the price of items in a zone; ``rates`` are parts per million by tax class.

    The price of each delivery method includes the benefits of the buyer.
    """
    cart = cart_to_price(
        items,
        currency=terms.currency,
        tax_inclusive=terms.tax_inclusive,
        rates=rates,
        benefits=benefits,
    )
    goods = quote(cart)
    if zone is None:
        return PricedItems(goods=goods)
    weight = sum(item.weight_grams * item.quantity for item in items)
    delivery_offers = offers(zone, weight_grams=weight, merchandise=goods.merchandise_after_discounts)
    found = [_option(offer, cart, rates, terms, benefits) for offer in delivery_offers]
    options = tuple(sorted(found, key=lambda option: option.quote.shipping_charged))
    return PricedItems(goods=goods, options=options, counted=next(iter(options), None), zone=zone)


def _option(
    offer: DeliveryOffer,
    cart: CartToPrice,
    rates: Mapping[str, int],
    terms: PricingTerms,
    benefits: Benefits,
) -> DeliveryOption:
    method = offer.method
    choice = shipping_choice(offer, tax_rate=rates.get(method.tax_class, 0), benefits=benefits)
    window = delivery_window(method, ordered_at=terms.now, cutoff_hour=terms.cutoff_hour)
    return DeliveryOption(offer, window, quote(replace(cart, shipping=choice)))


def cart_to_price(
    items: Iterable[Item],
    *,
    currency: str,
    tax_inclusive: bool,
    rates: Mapping[str, int] = NO_RATES,
    shipping: ShippingChoice | None = None,
    benefits: Benefits = NO_BENEFITS,
) -> CartToPrice:
    """Return the input of the pricing pipeline; ``rates`` are parts per million by tax class."""
    return CartToPrice(
        currency=currency,
        lines=tuple(_line(item, rates, benefits) for item in items if item.counts),
        tax_inclusive=tax_inclusive,
        voucher=benefits.voucher,
        automatic_vouchers=benefits.automatic,
        reward=benefits.reward,
        points=benefits.points,
        shipping=shipping,
        gift_cards=benefits.gift_cards,
    )


def _line(item: Item, rates: Mapping[str, int], benefits: Benefits) -> LineToPrice:
    return LineToPrice(
        key=item.key,
        product_id=item.product_id,
        quantity=item.quantity,
        unit_price=item.unit_price,
        regular_price=item.regular_price,
        tax_rate=0 if item.is_gift_card else rates.get(item.tax_class, 0),
        name=item.name,
        weight_grams=item.weight_grams,
        category_ids=benefits.categories.get(item.page_id, frozenset()),
        parent_id=item.page_id if item.page_id != item.product_id else None,
        is_gift_card=item.is_gift_card,
    )


def shipping_choice(offer: DeliveryOffer, *, tax_rate: int, benefits: Benefits) -> ShippingChoice:
    """Return a delivery method as input of the pricing pipeline, with the perk of the owner's tier."""
    method = offer.method
    return ShippingChoice(
        code=method.code,
        name=method.name,
        price=offer.price_steps[0][1],
        tax_rate=tax_rate,
        price_steps=offer.price_steps,
        is_express=method.is_express,
        free_from=offer.free_from,
        perk=benefits.perk,
    )


def needs_delivery(items: Iterable[Item]) -> bool:
    """Return whether any item is shipped; gift cards are sent by e-mail."""
    return any(not item.is_gift_card for item in items)
