"""What things to buy cost at a place: the one way from items, address, delivery and benefits to a quote."""

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
    """A product or variant and how many of it are wanted, as pricing takes it; amounts are minor units.

    ``page_id`` is the product that has its page, ``free`` how many can be bought now.
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
        """Return what its line is called in the quote."""
        return self.product_id

    @property
    def counts(self) -> bool:
        """Return whether it is in the price: what cannot be bought at all is left out. Of what too few are
        left it counts in full, because its owner has not decided yet.
        """
        return self.is_active and self.free > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingTerms:
    """What the shop's settings say about prices and days; ``now`` is when the order would be placed, in the
    shop's time zone.
    """

    currency: str
    tax_inclusive: bool
    cutoff_hour: int
    now: datetime


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """A way to deliver the items: when it would arrive, and what everything costs with it."""

    offer: DeliveryOffer
    window: DeliveryWindow
    quote: Quote

    @property
    def code(self) -> str:
        """Return what forms call it."""
        return self.offer.method.code

    @property
    def name(self) -> str:
        """Return what people call it."""
        return self.offer.method.name

    @property
    def is_express(self) -> bool:
        """Return whether it is the fast one."""
        return self.offer.method.is_express

    @property
    def price(self) -> Money:
        """Return what the delivery costs before tax, with all that its buyer uses."""
        return self.quote.money(self.quote.shipping_charged)

    @property
    def delivery(self) -> Delivery:
        """Return what an order keeps of it."""
        return Delivery(
            code=self.code, name=self.name, earliest=self.window.earliest, latest=self.window.latest
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedItems:
    """What items cost at a place: ``goods`` without delivery, ``options`` by each way that delivers them, the
    cheapest first.

    ``chosen`` is the one that was asked for, where it is offered; ``counted`` the one in ``quote``: until one
    is chosen, the cheapest. ``zone`` is that of the address, None where nothing is delivered.
    """

    goods: Quote
    options: tuple[DeliveryOption, ...] = ()
    chosen: DeliveryOption | None = None
    counted: DeliveryOption | None = None
    zone: Zone | None = None

    @property
    def quote(self) -> Quote:
        """Return what everything costs, with the delivery that counts."""
        return self.counted.quote if self.counted else self.goods

    def option(self, code: str | None) -> DeliveryOption | None:
        """Return the way of delivery of that code, or None where it is not offered."""
        return next((one for one in self.options if one.code == code), None)

    def with_delivery(self, code: str | None, *, tried: str | None = None) -> PricedItems:
        """Return the same with a way of delivery chosen; one that is ``tried`` counts and is not chosen."""
        chosen = self.option(code)
        counted = self.option(tried) or chosen or next(iter(self.options), None)
        return replace(self, chosen=chosen, counted=counted)


def price_items(
    items: Sequence[Item],
    *,
    terms: PricingTerms,
    benefits: Benefits = NO_BENEFITS,
    rates: Mapping[str, int] = NO_RATES,
    zone: Zone | None = None,
) -> PricedItems:
    """Return what items cost in a zone; ``rates`` are parts per million by tax class.

    Each way of delivery costs what it would cost with everything that the buyer uses.
    """
    plain = cart_to_price(
        items,
        currency=terms.currency,
        tax_inclusive=terms.tax_inclusive,
        rates=rates,
        benefits=benefits,
    )
    goods = quote(plain)
    if zone is None:
        return PricedItems(goods=goods)
    weight = sum(item.weight_grams * item.quantity for item in items)
    ways = offers(zone, weight_grams=weight, merchandise=goods.merchandise_after_discounts)
    found = [_option(way, plain, rates, terms, benefits) for way in ways]
    options = tuple(sorted(found, key=lambda option: option.quote.shipping_charged))
    return PricedItems(goods=goods, options=options, counted=next(iter(options), None), zone=zone)


def _option(
    offer: DeliveryOffer,
    plain: CartToPrice,
    rates: Mapping[str, int],
    terms: PricingTerms,
    benefits: Benefits,
) -> DeliveryOption:
    method = offer.method
    choice = shipping_choice(offer, tax_rate=rates.get(method.tax_class, 0), benefits=benefits)
    window = delivery_window(method, ordered_at=terms.now, cutoff_hour=terms.cutoff_hour)
    return DeliveryOption(offer, window, quote(replace(plain, shipping=choice)))


def cart_to_price(
    items: Iterable[Item],
    *,
    currency: str,
    tax_inclusive: bool,
    rates: Mapping[str, int] = NO_RATES,
    shipping: ShippingChoice | None = None,
    benefits: Benefits = NO_BENEFITS,
) -> CartToPrice:
    """Return what the pricing pipeline computes on; ``rates`` are parts per million by tax class."""
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
    """Return a way of delivery as pricing takes it, with what the owner's tier makes free."""
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
    """Return whether anything goes by post; gift cards go by e-mail."""
    return any(not item.is_gift_card for item in items)
