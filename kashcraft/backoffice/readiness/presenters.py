"""The checklist of what a shop needs before its first sale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kashcraft.backoffice.readiness.rules import RULES, Need, ShopState, missing_pages
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import SANDBOX

Place = tuple[str, Mapping[str, str]]
_LABELS: Mapping[Need, LazyText] = {
    Need.IDENTITY: _l("Name, address and e-mail address of the shop"),
    Need.REGION: _l("Country and currency"),
    Need.TAX: _l("A tax rate for the country of the shop, or the statement that it collects no tax"),
    Need.DELIVERY: _l("A delivery method with a price for the country of the shop"),
    Need.PAYMENT: _l("A payment gateway"),
    Need.SENDER: _l("The sender of e-mails"),
    Need.PRODUCT: _l("The first product that visitors can open"),
    Need.PAGES: _l("Legal pages"),
}
# Where each of them is done: the label of the page and its endpoint. A gateway belongs to the environment.
_PLACES: Mapping[Need, tuple[LazyText, Place]] = {
    Need.IDENTITY: (_l("Shop settings"), ("backoffice.settings_group", {"group": "shop"})),
    Need.REGION: (_l("Shop settings"), ("backoffice.settings_group", {"group": "region"})),
    Need.TAX: (_l("Taxes"), ("backoffice.taxes", {})),
    Need.DELIVERY: (_l("Delivery"), ("backoffice.delivery", {})),
    Need.SENDER: (_l("Shop settings"), ("backoffice.settings_group", {"group": "email"})),
    Need.PRODUCT: (_l("Products"), ("backoffice.products", {})),
    Need.PAGES: (_l("Pages"), ("backoffice.pages", {})),
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A line of the checklist: what is needed, whether it is done, and the page where it is done.

    ``url`` is empty where the shop has no such page.
    """

    text: str
    is_done: bool
    place: str
    url: str


def check_lines(state: ShopState, find_url: Callable[[str, Mapping[str, str]], str]) -> list[CheckLine]:
    """Return the checklist of a shop. ``find_url`` returns the address of an endpoint, or an empty text."""
    lines = []
    for need, is_met in RULES.items():
        label, (endpoint, values) = _PLACES.get(need, ("KASHCRAFT_PAYMENTS", ("", {})))
        url = find_url(endpoint, values) if endpoint else ""
        lines.append(CheckLine(_text(need, state), is_met(state), str(label), url))
    return lines


def _text(need: Need, state: ShopState) -> str:
    if need is Need.PAYMENT and state.gateway == SANDBOX:
        return _("A payment gateway (the sandbox accepts test cards only)")
    missing = missing_pages(state)
    if need is Need.PAGES and missing:
        return _(
            "Legal pages, of which these are missing or not complete: %(slugs)s", slugs=", ".join(missing)
        )
    return str(_LABELS[need])
