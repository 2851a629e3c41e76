"""What an address is offered, by the rules that price carts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kashcraft.pricing.rules import tax_of
from kashcraft.shipping.rules import DeliveryOffer, DeliveryWindow, Zone, delivery_window, offers
from kashcraft.taxes.rules import Rate, rate_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedParcel:
    """A parcel to try: its weight, and the amount of its goods after discounts."""

    weight_grams: int
    merchandise: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedOffer:
    """An offer with its days, and its tax as amount and rate in parts per million."""

    offer: DeliveryOffer
    window: DeliveryWindow
    tax: int
    rate: int
    is_included: bool


def try_parcel(
    parcel: TriedParcel,
    zone: Zone,
    rates: Mapping[str, Rate],
    *,
    ordered_at: datetime,
    cutoff_hour: int,
    tax_inclusive: bool,
) -> list[TriedOffer]:
    """Return the offers of a zone for a parcel, by position; ``rates`` are those of the address."""
    tried = []
    for offer in offers(zone, weight_grams=parcel.weight_grams, merchandise=parcel.merchandise):
        rate = rate_of(rates, offer.method.tax_class)
        tried.append(
            TriedOffer(
                offer=offer,
                window=delivery_window(offer.method, ordered_at=ordered_at, cutoff_hour=cutoff_hour),
                tax=tax_of(offer.price, rate, inclusive=tax_inclusive),
                rate=rate,
                is_included=tax_inclusive,
            )
        )
    return tried
