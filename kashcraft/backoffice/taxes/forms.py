"""The form of a tax rate."""

from __future__ import annotations

from decimal import Decimal

from wtforms import Field
from wtforms.validators import StopValidation

from kashcraft.accounts.rules import countries
from kashcraft.core.content_version import OUTDATED, content_version
from kashcraft.core.fields import BooleanField, LongSelectField, Options
from kashcraft.core.forms import DayField, Form, Text, VersionField
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import formats
from kashcraft.taxes.rules import POSTAL_LENGTH, Rate, rate_values

# Parts per million in one percent.
PERCENT = 10_000
COUNTRIES = Options(countries())
# Texts for the refusals of the services, by code.
REFUSALS = {
    OUTDATED: _l("Someone else has changed this since you opened it. Nothing was saved yet."),
    "country_code": _l("Please choose a country."),
    "postal_prefix_length": _l("At most %(longest)s letters and digits."),
    "tax_window": _l("The last day must not be before the first."),
    "tax_rate_overlap": _l("Another rate of this place and class, %(name)s, applies on some of these days."),
    "tax_rate_in_force": _l(
        "This rate applies already. Enter the day from which the change applies, or confirm that it also"
        " corrects past days."
    ),
    "tax_since": _l("Please enter today or a later day on which this rate applies, after its first day."),
}


def percentage(form: RateForm, field: Field) -> None:
    """Read the percentage into ``form.parts``, in parts per million."""
    try:
        parts = formats().parse_number(field.data or "") * PERCENT
    except ValueError:
        parts = Decimal("0.5")
    if parts != int(parts) or not 0 <= parts <= 100 * PERCENT:
        example = formats().entry(Decimal("8.875"))
        raise StopValidation(_("Please enter a percentage, for example %(example)s.", example=example))
    form.parts = int(parts)


class RateForm(Form):
    """A tax rate. ``version`` is what was saved when the form was opened; ``parts`` is set by validation."""

    parts = 0

    country = LongSelectField(_l("Country"), options=COUNTRIES)
    region = Text(_l("Region"), optional=True, maximum=40)
    postal_prefix = Text(_l("Postal codes that begin with"), optional=True, maximum=POSTAL_LENGTH)
    tax_class = Text(_l("Tax class"), maximum=40, missing=_l("Please enter a class."), default="standard")
    name = Text(_l("Name"), maximum=80, missing=_l("Please enter a name."))
    rate = Text(_l("Percentage"), percentage, maximum=12, missing=_l("Please enter the percentage."))
    valid_from = DayField(_l("First day"))
    valid_until = DayField(_l("Last day"))
    since = DayField(_l("Change it from"))
    retroactive = BooleanField(_l("Correct past days, too"))
    version = VersionField()

    @property
    def input(self) -> Rate:
        """Return what was entered, after validation."""
        return Rate(
            tax_class=self.tax_class.data or "",
            country=self.country.data or "",
            rate=self.parts,
            name=self.name.data or "",
            region=self.region.data or "",
            postal_prefix=self.postal_prefix.data or "",
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
        )


def shown_rate(data: Rate) -> dict[str, object]:
    """Return a stored rate as values of its form."""
    names = ("country", "region", "postal_prefix", "tax_class", "name", "valid_from", "valid_until")
    return {
        **{name: getattr(data, name) for name in names},
        "rate": formats().entry((Decimal(data.rate) / PERCENT).normalize()),
        "version": content_version(rate_values(data)),
    }
