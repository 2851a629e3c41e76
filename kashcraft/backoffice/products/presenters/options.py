"""Variants that a change of options would archive."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext


@dataclass(frozen=True, slots=True)
class LostVariant:
    """A variant that would be archived, with its units in stock and the carts that contain it."""

    name: str
    units: int
    carts: int

    def text(self, formats: Formats) -> str:
        """Return its name with the units and the carts."""
        number = formats.number(self.units)
        units = ngettext("%(num)s unit in stock", "%(num)s units in stock", self.units, num=number)
        if not self.carts:
            return _("%(name)s: %(units)s", name=self.name, units=units)
        carts = ngettext("in %(num)s cart", "in %(num)s carts", self.carts, num=formats.number(self.carts))
        return _("%(name)s: %(units)s, %(carts)s", name=self.name, units=units, carts=carts)


def lost_text(count: int) -> str:
    """Return the request to agree to the archiving of ``count`` variants."""
    return ngettext(
        "%(num)s variant would be archived. Please agree to that.",
        "%(num)s variants would be archived. Please agree to that.",
        count,
    )
