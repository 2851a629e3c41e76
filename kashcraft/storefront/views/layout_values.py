"""The values that the layout of the shop shows on every page."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.accounts.rules import country_name
from kashcraft.catalogue.queries import get_tree
from kashcraft.content.presenters import Links, default_links
from kashcraft.content.queries import get_site_content
from kashcraft.content.rules import Menu, MenuLink, resolve_links
from kashcraft.core.i18n import gettext as _
from kashcraft.core.settings import formats, settings
from kashcraft.core.template_values import Values
from kashcraft.shipping.queries import find_free_above
from kashcraft.shipping.views import visitor_country


def layout_values(values: Values) -> Values:
    """Return the categories, the menus, the help pages that exist, and the note about free delivery.

    Reads the catalogue version, unless the page has done so, and a zone that is not cached.
    """
    return {
        "nav": get_tree().roots,
        "free_shipping_note": _free_shipping_note(),
        "menus": {menu.value: get_menu(menu) for menu in Menu},
        **help_values(values),
    }


def help_values(_values: Values) -> Values:
    """Return the addresses of the help pages that the shop links to, by slug, of those that exist.

    Reads the catalogue version, unless the page has done so.
    """
    return {"help_urls": get_site_content().help_urls}


def get_menu(menu: Menu) -> Sequence[MenuLink]:
    """Return the links of a menu as visitors see them: those of the editors, or the default."""
    found = get_site_content()
    stored = found.menus.get(menu)
    return resolve_links(list_default_links(menu), found.places) if stored is None else stored


def list_default_links(menu: Menu) -> Links:
    """Return the links that a menu shows until editors change it."""
    return default_links(
        menu,
        categories=get_tree().roots,
        pages=get_site_content().page_ids,
        shop=settings().shop_name,
    )


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
