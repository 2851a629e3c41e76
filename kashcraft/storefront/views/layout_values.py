"""The values that the layout of the shop shows on every page."""

from __future__ import annotations

from kashcraft.accounts.rules import country_name
from kashcraft.catalogue.queries import get_tree
from kashcraft.content.queries import get_site_content
from kashcraft.core.i18n import gettext as _
from kashcraft.core.settings import formats
from kashcraft.core.template_values import Values
from kashcraft.shipping.queries import find_free_above
from kashcraft.shipping.views import visitor_country


def layout_values(values: Values) -> Values:
    """Return the categories for header and footer, the pages that they link to, and the note about free
    delivery.

    Reads the catalogue version, unless the page has done so, and a zone that is not cached.
    """
    return {
        "nav": get_tree().roots,
        "free_shipping_note": _free_shipping_note(),
        **help_values(values),
    }


def help_values(_values: Values) -> Values:
    """Return the addresses of the help pages that the shop links to, by slug, of those that exist.

    Reads the catalogue version, unless the page has done so.
    """
    return {"help_urls": get_site_content().help_urls}


def _free_shipping_note() -> str:
    """Return from which amount standard delivery to the visitor's country is free, or an empty text."""
    country = visitor_country()
    amount = find_free_above(country)
    if amount is None:
        return ""
    return _(
        "%(country)s: free standard delivery from %(amount)s",
        country=country_name(country),
        amount=formats().amount(amount),
    )
