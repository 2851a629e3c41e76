"""The table of delivery prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kashcraft.accounts.rules import country_name
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext
from kashcraft.core.money import Money
from kashcraft.shipping.rules import ListedZone, Method, Zone, method_price


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The delivery prices of one zone: a row for each weight class, a column for each method.

    ``places`` are the names of its countries, empty for the rest of the world. ``free`` says from which
    amount standard delivery is free, empty where it never is.
    """

    name: str
    places: tuple[str, ...]
    methods: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    free: str
    is_own: bool


def price_tables(zones: Sequence[ListedZone], country: str, formats: Formats) -> list[PriceTable]:
    """Return a table for each zone with delivery methods; the zone of ``country`` comes first."""
    own_zone = next((one for one in zones if country in one.countries), None)
    if own_zone is None:
        own_zone = next((one for one in zones if one.is_rest_of_world), None)
    shown = sorted((one for one in zones if one.zone.methods), key=lambda one: one is not own_zone)
    return [_table(one, formats, is_own=one is own_zone) for one in shown]


def _table(listed: ListedZone, formats: Formats, *, is_own: bool) -> PriceTable:
    zone = listed.zone
    lower = sorted({band.over_grams for method in zone.methods for band in method.bands})
    upper = [*lower[1:], None]
    free = Money(zone.free_above, zone.currency) if zone.free_above is not None else None
    names = tuple(country_name(code) for code in listed.countries)
    return PriceTable(
        name=zone.name,
        places=tuple(sorted(names)) if names != (zone.name,) else (),
        methods=tuple((method.name, _days(method)) for method in zone.methods),
        rows=tuple(
            (
                _weight(over, up_to, formats),
                tuple(_price(zone, one, (over, up_to), formats) for one in zone.methods),
            )
            for over, up_to in zip(lower, upper, strict=True)
        ),
        free=_("Standard delivery is free from %(amount)s.", amount=formats.amount(free)) if free else "",
        is_own=is_own,
    )


def _days(method: Method) -> str:
    first = method.handling_days + method.transit_days_min
    last = method.handling_days + method.transit_days_max
    if first == last:
        return ngettext("%(num)s working day", "%(num)s working days", last)
    return ngettext("%(first)s–%(num)s working day", "%(first)s–%(num)s working days", last, first=first)


def _weight(over: int, up_to: int | None, formats: Formats) -> str:
    if up_to is None:
        return _("Over %(weight)s", weight=_kilos(over, formats)) if over else _("Any weight")
    return _("Up to %(weight)s", weight=_kilos(up_to, formats))


def _price(zone: Zone, method: Method, weights: tuple[int, int | None], formats: Formats) -> str:
    over, up_to = weights
    price = method_price(method, weight_grams=over + 1, merchandise=0)
    if price is None:
        return _("Not available")
    amount = formats.amount(Money(price, zone.currency))
    limit = method.max_weight_grams
    if limit is not None and (up_to is None or limit < up_to):
        return _("%(amount)s, up to %(weight)s", amount=amount, weight=_kilos(limit, formats))
    return amount


def _kilos(grams: int, formats: Formats) -> str:
    """Return a weight in kilograms, or in grams if kilograms would need three decimal places."""
    return formats.weight(grams) if grams % 10 else formats.kilograms(grams)
