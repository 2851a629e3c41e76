"""What delivery costs and when it arrives; amounts in minor units, weights in grams, days of business."""

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
    """A way of delivery with its prices; ``max_weight_grams`` None carries any weight."""

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
    """The zone of one destination: its methods in their order, and from where standard delivery is free."""

    name: str
    currency: str
    methods: tuple[Method, ...]
    free_above: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedZone:
    """A zone as a price list shows it; ``countries`` are codes, empty for the rest of the world."""

    zone: Zone
    countries: tuple[str, ...]
    is_rest_of_world: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOffer:
    """A method for one parcel: what it costs now, its other prices by goods, and from where it is free.

    ``price_steps`` and ``free_from`` are what ``pricing`` takes to follow the goods after discounts.
    """

    method: Method
    price: int
    price_steps: tuple[tuple[int, int], ...]
    free_from: int | None

    @property
    def is_free(self) -> bool:
        """Return whether it costs nothing."""
        return self.price == 0


@dataclass(frozen=True, slots=True)
class DeliveryWindow:
    """The day a parcel leaves, and the first and last day on which it should arrive."""

    ships_on: date
    earliest: date
    latest: date


def price_steps(method: Method, weight_grams: int) -> tuple[tuple[int, int], ...] | None:
    """Return (goods after discounts, price) pairs for a parcel of that weight, lowest first.

    None when the method does not carry that weight, or has no price for it.
    """
    if method.max_weight_grams is not None and weight_grams > method.max_weight_grams:
        return None
    # The lightest class has no lower bound, so that weightless pieces are carried too.
    classes = {band.over_grams for band in method.bands if band.over_grams < max(weight_grams, 1)}
    if not classes:
        return None
    heaviest = max(classes)
    return tuple(
        sorted((band.from_merchandise, band.price) for band in method.bands if band.over_grams == heaviest)
    )


def method_price(method: Method, *, weight_grams: int, merchandise: int) -> int | None:
    """Return what the method costs before anything makes it free; None when it is not possible."""
    steps = price_steps(method, weight_grams) or ()
    reached = [price for goods, price in steps if merchandise >= goods]
    return reached[-1] if reached else None


def free_from(zone: Zone, method: Method) -> int | None:
    """Return the goods after discounts, included, from which the method is free; express never is."""
    return None if method.is_express else zone.free_above


def missing_for_free(zone: Zone, merchandise: int) -> int | None:
    """Return how much more makes standard delivery free: 0 when it is, None when nothing does."""
    return None if zone.free_above is None else max(0, zone.free_above - merchandise)


def offers(zone: Zone, *, weight_grams: int, merchandise: int) -> list[DeliveryOffer]:
    """Return the methods that carry the parcel, in their order, at their price for these goods."""
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
    """Return whether work is done on that day: neither a Saturday, a Sunday nor a holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def add_business_days(day: date, count: int, holidays: Collection[date] = ()) -> date:
    """Return the ``count``-th business day after ``day``; with 0, ``day`` itself or the next one worked."""
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
    """Return when a parcel leaves and arrives; ``ordered_at`` is in the shop's own time zone.

    An order from the cut-off hour on, or on a day without work, is begun on the next business day; handling
    and then transit are counted from there in business days.
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
