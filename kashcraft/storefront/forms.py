"""The forms of the storefront."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.core.fields import SelectField
from kashcraft.core.forms import Form
from kashcraft.core.i18n import lazy_gettext as _l


class DeliverToForm(Form):
    """The country for which delivery dates, prices and notes are shown."""

    country = SelectField(_l("Country"), choices=[])

    def set_countries(self, countries: Sequence[tuple[str, str]]) -> None:
        """Set the countries to choose from as pairs of code and name."""
        self.country.choices = list(countries)
