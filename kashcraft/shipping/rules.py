"""Prices and days of delivery. Amounts are minor units, weights grams, days business days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

SATURDAY = 5


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
