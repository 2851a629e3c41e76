"""Prices and days of delivery. Amounts are minor units, weights grams, days business days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from kashcraft.core.ids import ShippingMethodId, ShippingZoneId

SATURDAY = 5
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A price for parcels heavier than ``over_grams``, from ``from_merchandise`` of goods after discounts."""

    price: int
    over_grams: int = 0
    from_merchandise: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A delivery method with its prices; ``max_weight_grams`` None means any weight."""

    code: str
    name: str
    bands: tuple[Band, ...]
    handling_days: int
    transit_days_min: int
    transit_days_max: int
    tax_class: str = "standard"
    is_express: bool = False
    max_weight_grams: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The zone of a destination: its methods by position, and the amount from which delivery is free."""

    name: str
    currency: str
    methods: tuple[Method, ...]
    free_above: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedZone:
    """A zone of the price list; ``countries`` are codes, empty for the rest of the world."""

    zone: Zone
    countries: tuple[str, ...]
    is_rest_of_world: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneInput:
    """What staff enter about a zone; ``places`` are (country, region), with an empty region for the whole
    country.
    """

    name: str
    currency: str
    places: frozenset[tuple[str, str]] = frozenset()
    free_above: int | None = None
    is_rest_of_world: bool = False

    def values(self) -> dict[str, object]:
        """Return the zone as plain values, for the audit trail and for its version."""
        return {
            "name": self.name,
            "currency": self.currency,
            "places": ["-".join(filter(None, place)) for place in sorted(self.places)],
            "free_above": self.free_above,
            "rest_of_world": self.is_rest_of_world,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodInput:
    """What staff enter about a method of a zone; ``bands`` are its prices."""

    code: str
    name: str
    bands: tuple[Band, ...]
    transit_days_min: int
    transit_days_max: int
    handling_days: int = 1
    max_weight_grams: int | None = None
    tax_class: str = "standard"
    is_active: bool = True

    def values(self) -> dict[str, object]:
        """Return the method as plain values, for the audit trail and for its version."""
        return {
            "code": self.code,
            "name": self.name,
            "prices": [
                {"over_grams": one.over_grams, "from_amount": one.from_merchandise, "price": one.price}
                for one in sorted(self.bands, key=band_cell)
            ],
            "handling_days": self.handling_days,
            "transit_days": [self.transit_days_min, self.transit_days_max],
            "max_weight_grams": self.max_weight_grams,
            "tax_class": self.tax_class,
            "active": self.is_active,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMethod:
    """A stored method with its zone by id and name; its amounts are in ``currency``."""

    id: ShippingMethodId
    zone_id: ShippingZoneId
    zone: str
    currency: str
    data: MethodInput


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredZone:
    """A stored zone with its methods by position."""

    id: ShippingZoneId
    data: ZoneInput
    methods: tuple[StoredMethod, ...]


def band_cell(band: Band) -> tuple[int, int]:
    """Return what a price is for: above which weight, and from which amount of goods."""
    return band.over_grams, band.from_merchandise


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOffer:
    """A delivery method for one parcel, with its price.

    ``price_steps`` and ``free_from`` let ``pricing`` follow the amount of goods after discounts.
    """

    method: Method
    price: int
    price_steps: tuple[tuple[int, int], ...]
    free_from: int | None

    @property
    def is_free(self) -> bool:
        """Return whether the delivery is free."""
        return self.price == 0


@dataclass(frozen=True, slots=True)
class DeliveryWindow:
    """The day a parcel ships, and the first and last day on which it should arrive."""

    ships_on: date
    earliest: date
    latest: date


def price_steps(method: Method, weight_grams: int) -> tuple[tuple[int, int], ...] | None:
    """Return (goods after discounts, price) pairs for a parcel of that weight, lowest first.

    Return None if the method does not carry that weight or has no price for it.
    """
    if method.max_weight_grams is not None and weight_grams > method.max_weight_grams:
        return None
    # The lightest class has no lower bound, so that products without weight are included.
    classes = {band.over_grams for band in method.bands if band.over_grams < max(weight_grams, 1)}
    if not classes:
        return None
    heaviest = max(classes)
    return tuple(
        sorted((band.from_merchandise, band.price) for band in method.bands if band.over_grams == heaviest)
    )


def method_price(method: Method, *, weight_grams: int, merchandise: int) -> int | None:
    """Return the price of a method before free delivery; None if it does not carry the parcel."""
    steps = price_steps(method, weight_grams) or ()
    reached = [price for goods, price in steps if merchandise >= goods]
    return reached[-1] if reached else None


def free_from(zone: Zone, method: Method) -> int | None:
    """Return the amount of goods from which the method is free; None for express, which is never free."""
    return None if method.is_express else zone.free_above


def missing_for_free(zone: Zone, merchandise: int) -> int | None:
    """Return the amount missing for free standard delivery: 0 if it is free, None if it is never free."""
    return None if zone.free_above is None else max(0, zone.free_above - merchandise)


def offers(zone: Zone, *, weight_grams: int, merchandise: int) -> list[DeliveryOffer]:
    """Return offers of the methods that carry the parcel, by position, with the price for these goods."""
    found: list[DeliveryOffer] = []
    for method in zone.methods:
        price = method_price(method, weight_grams=weight_grams, merchandise=merchandise)
        if price is None:
            continue
        threshold = free_from(zone, method)
        free = threshold is not None and merchandise >= threshold
        found.append(
            DeliveryOffer(
                method=method,
                price=0 if free else price,
                price_steps=price_steps(method, weight_grams) or (),
                free_from=threshold,
            )
        )
    return found


def is_business_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Return whether that day is neither a Saturday, a Sunday nor a holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def add_business_days(day: date, count: int, holidays: Collection[date] = ()) -> date:
    """Return the ``count``-th business day after ``day``; with 0, the first business day from ``day`` on."""
    while not is_business_day(day, holidays):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_business_day(day, holidays):
            day += timedelta(days=1)
    return day


def delivery_window(
    method: Method, *, ordered_at: datetime, cutoff_hour: int, holidays: Collection[date] = ()
) -> DeliveryWindow:
    """Return when a parcel ships and arrives; ``ordered_at`` is in the shop's time zone.

    An order at or after the cut-off hour, or on a day that is no business day, is started on the next
    business day. Handling and then transit are added in business days.
    """
    begun = ordered_at.date()
    if ordered_at.hour >= cutoff_hour:
        begun += timedelta(days=1)
    ships_on = add_business_days(begun, method.handling_days, holidays)
    return DeliveryWindow(
        ships_on=ships_on,
        earliest=add_business_days(ships_on, method.transit_days_min, holidays),
        latest=add_business_days(ships_on, method.transit_days_max, holidays),
    )


def other_order(rows: Sequence[T], row: T, *, up: bool) -> list[T]:
    """Return the rows with ``row`` one place up or down; it stays where there is none."""
    ordered = list(rows)
    place = ordered.index(row)
    other = max(0, place - 1) if up else min(len(ordered) - 1, place + 1)
    ordered[place], ordered[other] = ordered[other], ordered[place]
    return ordered
