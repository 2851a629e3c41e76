"""What a visitor sets for the pages of the shop."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.core.fields import SelectField
from kashcraft.core.forms import Form
from kashcraft.core.i18n import lazy_gettext as _l


class DeliverToForm(Form):
    """The country that delivery days, prices and notes are shown for."""

    country = SelectField(_l("Country"), choices=[])

    def offer(self, countries: Sequence[tuple[str, str]]) -> None:
        """Offer these countries, as (code, name)."""
        self.country.choices = list(countries)
