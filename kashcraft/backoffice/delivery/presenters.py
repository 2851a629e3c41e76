"""What the pages about delivery show: zones with methods, missing countries, the trial of an address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kashcraft.accounts.rules import countries, country_name
from kashcraft.backoffice.delivery.rules import TriedOffer
from kashcraft.backoffice.presenters.tables import Cell, ColumnKind, Table, TableColumn, TableRow, plain_table
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.core.money import Money
from kashcraft.shipping.rules import Method, MethodInput, ZoneInput

# Names of countries that are shown before the others are counted.
FEW = 8
METHOD_COLUMNS = (
    TableColumn(key="name", label=_l("Method")),
    TableColumn(key="days", label=_l("Working days")),
    TableColumn(key="price", label=_l("Price"), kind=ColumnKind.NUMBER),
    TableColumn(key="limit", label=_l("Heaviest parcel"), kind=ColumnKind.NUMBER),
    TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG),
)
ACTIONS = TableColumn(key="actions", label=_l("Actions"), kind=ColumnKind.CUSTOM)
TRIAL_COLUMNS = (
    TableColumn(key="name", label=_l("Method")),
    TableColumn(key="price", label=_l("Price"), kind=ColumnKind.NUMBER),
    TableColumn(key="tax", label=_l("Tax"), kind=ColumnKind.NUMBER),
    TableColumn(key="arrives", label=_l("Arrives")),
)
INCLUDED, ADDED = _l("%(percent)s, included"), _l("%(percent)s, added")
SPEEDS = {"standard": _l("Standard"), "express": _l("Express")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePart:
    """A zone of the page: its places in words, and a table of its methods."""

    id: str
    name: str
    places: str
    all_places: str
    free: str
    methods: Table
    has_every_speed: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class ListedMethod:
    """A method with its id and the address of its form, empty for those who may only look."""

    id: str
    data: MethodInput
    url: str


@dataclass(frozen=True, slots=True)
class MissingCountries:
    """The names of countries without delivery, and of those of which only regions have it."""

    none: str
    count: int
    partly: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What an address in ``place`` is offered; ``zone`` is empty where the shop does not deliver."""

    place: str
    zone: str = ""
    table: Table | None = None


def zone_part(
    zone_id: str,
    data: ZoneInput,
    methods: Sequence[ListedMethod],
    formats: Formats,
    *,
    place: int,
    last: int,
    can_edit: bool,
) -> ZonePart:
    """Return a zone as the page shows it; ``place`` and ``last`` count from 0."""
    names = place_names(data)
    columns = (*METHOD_COLUMNS, ACTIONS) if can_edit else METHOD_COLUMNS
    rows = [_method_row(one, data.currency, formats, can_edit=can_edit) for one in methods]
    return ZonePart(
        id=zone_id,
        name=data.name,
        places=_shortened(names, formats),
        all_places=formats.several(names) if len(names) > FEW else "",
        free=free_text(data, formats),
        methods=plain_table(_("Methods of %(zone)s", zone=data.name), columns, rows),
        has_every_speed={one.data.code for one in methods} >= SPEEDS.keys(),
        is_first=place == 0,
        is_last=place == last,
    )


def place_names(data: ZoneInput) -> list[str]:
    """Return the countries and regions of a zone by name; all other countries come last."""
    names = sorted(
        f"{country_name(country)} ({region})" if region else country_name(country)
        for country, region in data.places
    )
    return [*names, _("All other countries")] if data.is_rest_of_world else names


def free_text(data: ZoneInput, formats: Formats) -> str:
    """Return from which amount standard delivery is free, in a sentence."""
    if data.free_above is None:
        return _("Standard delivery is never free.")
    return _(
        "Standard delivery is free from %(amount)s.",
        amount=formats.amount(Money(data.free_above, data.currency)),
    )


def missing_countries(zones: Collection[ZoneInput], formats: Formats) -> MissingCountries | None:
    """Return the countries that no zone covers, or None if one zone has all other countries."""
    if any(zone.is_rest_of_world for zone in zones):
        return None
    whole = {country for zone in zones for country, region in zone.places if not region}
    partly = {country for zone in zones for country, _region in zone.places} - whole
    missing = [name for code, name in countries() if code not in whole | partly]
    return MissingCountries(
        formats.several(missing), len(missing), formats.several(sorted(map(country_name, partly)))
    )


def trial_table(
    methods: Sequence[Method], offers: Sequence[TriedOffer], currency: str, formats: Formats
) -> Table:
    """Return a table of what a customer is offered; methods that carry no such parcel say so."""
    offered = {one.offer.method: one for one in offers}
    rows = [_trial_row(method, offered.get(method), currency, formats) for method in methods]
    return plain_table(_("Delivery to this address"), TRIAL_COLUMNS, rows)


def _trial_row(method: Method, tried: TriedOffer | None, currency: str, formats: Formats) -> TableRow:
    if tried is None:
        reason = Cell(text=_("Not available for this weight"))
        return TableRow(
            id=method.code, title=method.name, cells=[Cell(text=method.name), reason, Cell(), Cell()]
        )
    price = formats.amount(Money(tried.offer.price, currency))
    tax = formats.amount(Money(tried.tax, currency))
    percent = formats.percent(tried.rate, 1_000_000)
    words = INCLUDED if tried.is_included else ADDED
    cells = [
        Cell(text=method.name),
        Cell(text=_("Free") if tried.offer.is_free else price),
        Cell(text=tax, note=words.filled(percent=percent)),
        Cell(text=formats.span(tried.window.earliest, tried.window.latest, weekday=True)),
    ]
    return TableRow(id=method.code, title=method.name, cells=cells)


def _method_row(listed: ListedMethod, currency: str, formats: Formats, *, can_edit: bool) -> TableRow:
    data = listed.data
    speed = str(SPEEDS[data.code])
    limit = formats.weight(data.max_weight_grams) if data.max_weight_grams else _("None")
    cells = [
        Cell(text=data.name, note=speed if speed != data.name else "", href=listed.url),
        Cell(text=days_text(data)),
        Cell(text=prices_text(data, currency, formats)),
        Cell(text=limit),
        Cell(text=_("Offered") if data.is_active else _("Off"), tag="good" if data.is_active else "muted"),
    ]
    return TableRow(id=listed.id, title=data.name, cells=[*cells, Cell()] if can_edit else cells)


def days_text(data: MethodInput) -> str:
    """Return the working days until the arrival: handling and transit together."""
    first, last = data.handling_days + data.transit_days_min, data.handling_days + data.transit_days_max
    if first == last:
        return ngettext("%(num)s day", "%(num)s days", last)
    return ngettext("%(first)s–%(num)s day", "%(first)s–%(num)s days", last, first=first)


def prices_text(data: MethodInput, currency: str, formats: Formats) -> str:
    """Return the lowest and the highest price of a method, or its only one."""
    prices = [one.price for one in data.bands]
    lowest, highest = (formats.amount(Money(price, currency)) for price in (min(prices), max(prices)))
    return lowest if lowest == highest else _("%(low)s to %(high)s", low=lowest, high=highest)


def _shortened(names: Sequence[str], formats: Formats) -> str:
    if len(names) <= FEW:
        return formats.several(names)
    shown, rest = ", ".join(names[: FEW - 1]), len(names) - FEW + 1
    return _("%(names)s and %(rest)s more", names=shown, rest=formats.number(rest))
