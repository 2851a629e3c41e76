"""Forms of zones, of methods with their prices, and of the trial of an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wtforms.widgets import CheckboxInput, ListWidget

from kashcraft.accounts.rules import countries, country_name, format_for, is_country
from kashcraft.core.content_version import OUTDATED, content_version
from kashcraft.core.errors import DomainError
from kashcraft.core.fields import (
    BooleanField,
    LongSelectField,
    Options,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
)
from kashcraft.core.form_rows import RowForm, RowsField
from kashcraft.core.forms import (
    AmountField,
    CurrencyForm,
    Text,
    VersionField,
    WeightField,
    WholeField,
    note_refusal,
)
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import LARGEST_MINOR, Money
from kashcraft.core.settings import formats
from kashcraft.shipping.models import MethodCode
from kashcraft.shipping.rules import Band, MethodInput, ZoneInput, band_cell

MOST_REGIONS = 60
MOST_PRICES = 60
MOST_DAYS = 365
COUNTRIES = Options(countries())
# Texts for the refusals of the services, by code.
REFUSALS = {
    OUTDATED: _l("Someone else has changed this since you opened it. Nothing was saved yet."),
    "zone_name_taken": _l("Another zone has this name."),
    "country_taken": _l("%(place)s belongs to the zone %(zone)s."),
    "rest_of_world_taken": _l("All other countries belong to the zone %(zone)s."),
    "zone_without_places": _l("Please choose a country or a region, or all other countries."),
    "method_code_taken": _l("The zone has a method of this speed already."),
    "transit_days": _l("This is less than the fewest days."),
    "weight_limit": _l("Please enter more than 0, or nothing."),
    "bands_missing": _l("Please enter a price for the lightest parcels: weight and amount empty or 0."),
    "band_twice": _l("There is another price for this weight and amount."),
    "band_without_base": _l("This weight also needs a price for any amount: amount empty or 0."),
    "band_above_limit": _l("The method carries no parcels of this weight."),
}
CELLS = {"band_above_limit": "over", "band_twice": "over", "band_without_base": "amount"}


class RegionRow(RowForm):
    """A region of a country; ``code`` is the region as addresses have it."""

    code = ""
    country = LongSelectField(_l("Country"), options=COUNTRIES, prompt=_l("None"), default="")
    region = Text(_l("Region"), optional=True, maximum=40)

    def validate(self, extra_validators: object = None) -> bool:
        """Return whether addresses of the country can have the region, which may be entered by name."""
        if not super().validate(extra_validators):
            return False
        country = self.country.data or ""
        if not is_country(country):
            self.country.errors = [_("Please choose a country.")]
            return False
        self.code = self.region.data or ""
        offered = _regions(country)
        if self.code and offered is not None:
            typed = self.code.casefold()
            self.code = next(
                (code for code, name in offered if typed in (code.casefold(), name.casefold())), ""
            )
        if not self.code:
            names = formats().several([name for _code, name in (offered or ())[:4]])
            self.region.errors = [
                _("Please enter a region, such as %(names)s.", names=names)
                if names
                else _("Please enter a region.")
            ]
        return bool(self.code)


def _regions(country: str) -> tuple[tuple[str, str], ...] | None:
    """Return the regions of a country as (code, name), None where any text is a region."""
    field = format_for(country).field("state")
    return field.choices if field and field.choices else None


class ZoneForm(CurrencyForm):
    """A zone without its methods. ``version`` is what was saved when the form was opened."""

    name = Text(_l("Name"), maximum=80, missing=_l("Please enter a name."))
    countries = SelectMultipleField(
        _l("Countries"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    regions = RowsField(_l("Single regions"), row=RegionRow, most=MOST_REGIONS)
    is_rest_of_world = BooleanField(_l("All other countries"))
    free_above = AmountField(_l("Free standard delivery from"), most=LARGEST_MINOR, optional=True)
    version = VersionField()

    def __init__(
        self, *arguments: object, currency: str, others: Mapping[str, str], **options: object
    ) -> None:
        super().__init__(*arguments, currency=currency, **options)
        chosen = set(self.countries.data or ())
        self.countries.choices = [
            SelectChoice(code, _country_label(code, name, others))
            for code, name in sorted(countries(), key=lambda country: country[0] not in chosen)
        ]

    @property
    def input(self) -> ZoneInput:
        """Return what was entered, after validation."""
        places = {(code, "") for code in self.countries.data or ()}
        return ZoneInput(
            name=self.name.data or "",
            currency=self.currency,
            places=frozenset(places | set(self._regions())),
            free_above=self.free_above.minor if self.free_above.data else None,
            is_rest_of_world=bool(self.is_rest_of_world.data),
        )

    def refuse(self, error: DomainError, messages: Mapping[str, LazyText]) -> None:
        """Show a refusal; a region that belongs to another zone is marked in its row."""
        if error.code != "country_taken":
            return super().refuse(error, messages)
        country, region = error.details["country"], error.details["region"]
        name = country_name(country)
        place = _("%(region)s, %(country)s", region=region, country=name) if region else name
        named = DomainError(error.code, field="countries", place=place, zone=error.details["zone"])
        if not region:
            return super().refuse(named, messages)
        note_refusal()
        number = self._regions().index((country, region))
        return self.regions.refuse_row(number, "region", messages[error.code].filled(**named.details))

    def _regions(self) -> list[tuple[str, str]]:
        rows = (row for row in self.regions.filled if isinstance(row, RegionRow))
        return [(row.country.data or "", row.code.upper()) for row in rows]


def _country_label(code: str, name: str, others: Mapping[str, str]) -> str:
    if code not in others:
        return name
    return _("%(country)s (in %(zone)s)", country=name, zone=others[code])


def shown_zone(data: ZoneInput) -> dict[str, object]:
    """Return a stored zone as values of its form."""
    return {
        "name": data.name,
        "countries": sorted(country for country, region in data.places if not region),
        "regions": [
            {"country": country, "region": region} for country, region in sorted(data.places) if region
        ],
        "is_rest_of_world": data.is_rest_of_world,
        "free_above": _entry(data.free_above, data.currency),
        "version": content_version(data.values()),
    }


class BandRow(RowForm):
    """A price above a weight and from an amount of goods."""

    over = WeightField(_l("Heavier than (kg)"))
    amount = AmountField(_l("Goods from"), most=LARGEST_MINOR, optional=True)
    price = AmountField(_l("Price"), most=LARGEST_MINOR, missing=_l("Please enter the price."))

    @property
    def band(self) -> Band:
        """Return the price, after validation."""
        return Band(
            price=self.price.minor, over_grams=self.over.grams or 0, from_merchandise=self.amount.minor
        )


class MethodForm(CurrencyForm):
    """A delivery method with its prices. ``version`` is what was saved when the form was opened."""

    code = RadioField(
        _l("Speed"),
        choices=[
            SelectChoice(MethodCode.STANDARD.value, _l("Standard")),
            SelectChoice(MethodCode.EXPRESS.value, _l("Express")),
        ],
        default=MethodCode.STANDARD.value,
    )
    name = Text(_l("Name"), maximum=80, missing=_l("Please enter a name."))
    handling_days = WholeField(_l("Handling days"), least=0, most=MOST_DAYS, default=1)
    transit_days_min = WholeField(_l("Fewest days on the way"), least=0, most=MOST_DAYS)
    transit_days_max = WholeField(_l("Most days on the way"), least=0, most=MOST_DAYS)
    max_weight = WeightField(_l("Heaviest parcel (kg)"))
    tax_class = SelectField(_l("Tax class"), default="standard")
    bands = RowsField(_l("Prices"), row=BandRow, most=MOST_PRICES, missing=_l("Please enter a price."))
    is_active = BooleanField(_l("Offered to customers"), default=True)
    version = VersionField()

    def __init__(
        self, *arguments: object, currency: str, tax_classes: Iterable[str], **options: object
    ) -> None:
        super().__init__(*arguments, currency=currency, **options)
        self.tax_class.choices = [SelectChoice(one, one) for one in tax_classes]

    @property
    def input(self) -> MethodInput:
        """Return what was entered, after validation."""
        return MethodInput(
            code=self.code.data or "",
            name=self.name.data or "",
            bands=tuple(row.band for row in self.bands.filled if isinstance(row, BandRow)),
            transit_days_min=self.transit_days_min.data or 0,
            transit_days_max=self.transit_days_max.data or 0,
            handling_days=self.handling_days.data or 0,
            max_weight_grams=self.max_weight.grams,
            tax_class=self.tax_class.data or "",
            is_active=bool(self.is_active.data),
        )

    def refuse(self, error: DomainError, messages: Mapping[str, LazyText]) -> None:
        """Show a refusal; that of a price is shown in its row."""
        if "row" not in error.details or error.code not in messages:
            return super().refuse(error, messages)
        note_refusal()
        text = messages[error.code].filled(**error.details)
        return self.bands.refuse_row(error.details["row"], CELLS.get(error.code, "price"), text)


def shown_method(data: MethodInput, currency: str) -> dict[str, object]:
    """Return a stored method as values of its form."""
    return {
        "code": data.code,
        "name": data.name,
        "handling_days": data.handling_days,
        "transit_days_min": data.transit_days_min,
        "transit_days_max": data.transit_days_max,
        "max_weight": formats().weight_entry(data.max_weight_grams) if data.max_weight_grams else "",
        "tax_class": data.tax_class,
        "is_active": data.is_active,
        "bands": [
            {
                "over": formats().weight_entry(one.over_grams) if one.over_grams else "",
                "amount": _entry(one.from_merchandise or None, currency),
                "price": _entry(one.price, currency),
            }
            for one in sorted(data.bands, key=band_cell)
        ],
        "version": content_version(data.values()),
    }


class TrialForm(CurrencyForm):
    """An address, a weight and an amount of goods to try."""

    country = LongSelectField(_l("Country"), options=COUNTRIES)
    region = Text(_l("Region"), optional=True, maximum=40)
    postal_code = Text(_l("Postal code"), optional=True, maximum=20)
    weight = WeightField(_l("Weight (kg)"))
    amount = AmountField(_l("Goods"), most=LARGEST_MINOR, optional=True)


def _entry(minor: int | None, currency: str) -> str:
    return "" if minor is None else formats().entry(Money(minor, currency))
