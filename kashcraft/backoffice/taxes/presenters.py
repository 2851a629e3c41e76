"""The list of tax rates."""

from __future__ import annotations

from collections.abc import Iterable

from kashcraft.accounts.rules import country_name
from kashcraft.backoffice.presenters.tables import (
    ALL,
    Cell,
    ColumnKind,
    Label,
    ListFilter,
    ListOutline,
    TableColumn,
    TableRow,
)
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.taxes.rules import Period, Rate

PERIODS: dict[Period, tuple[Label, str]] = {
    Period.NOW: (_l("Applies"), "good"),
    Period.FUTURE: (_l("Later"), "info"),
    Period.PAST: (_l("Ended"), "muted"),
}
LIST = ListOutline(
    name="taxes",
    label=_l("Tax rates"),
    endpoint="backoffice.taxes",
    columns=(
        TableColumn(key="place", label=_l("Place")),
        TableColumn(key="name", label=_l("Name")),
        TableColumn(key="class", label=_l("Tax class")),
        TableColumn(key="rate", label=_l("Rate"), kind=ColumnKind.NUMBER),
        TableColumn(key="days", label=_l("Days")),
        TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG),
    ),
    tabs=((ALL, _l("All")), *((period.value, label) for period, (label, _state) in PERIODS.items())),
    empty=(_l("No tax rates"), _l("Without a rate no tax is charged.")),
)


def country_filter(codes: Iterable[str]) -> ListFilter:
    """Return the filter by country, with the countries that have a rate."""
    named = sorted(((code, country_name(code)) for code in set(codes)), key=lambda country: country[1])
    return ListFilter(name="country", label=_l("Country"), choices=(("", _l("All")), *named))


def rate_row(rate_id: str, data: Rate, period: Period, formats: Formats, *, url: str) -> TableRow:
    """Return a rate as a row of the list; ``url`` is its form, empty for those who may only look."""
    label, state = PERIODS[period]
    narrower = ", ".join(filter(None, (data.region, f"{data.postal_prefix}…" if data.postal_prefix else "")))
    percent = formats.percent(data.rate, 1_000_000)
    cells = [
        Cell(text=country_name(data.country), note=narrower, href=url),
        Cell(text=data.name),
        Cell(text=data.tax_class),
        Cell(text=percent),
        Cell(text=days_text(data, formats)),
        Cell(text=str(label), tag=state),
    ]
    return TableRow(id=rate_id, title=f"{data.name}, {country_name(data.country)}", cells=cells)


def days_text(data: Rate, formats: Formats) -> str:
    """Return the days on which a rate applies; both of them are included."""
    first = formats.day(data.valid_from) if data.valid_from else ""
    last = formats.day(data.valid_until) if data.valid_until else ""
    if first and last:
        return _("%(first)s to %(last)s", first=first, last=last)
    if first:
        return _("From %(first)s", first=first)
    return _("Until %(last)s", last=last) if last else _("Always")
