"""The groups of settings and what the page says about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kashcraft.accounts.rules import country_name
from kashcraft.backoffice.settings.forms import (
    LoyaltyForm,
    OrdersForm,
    RegionForm,
    SenderForm,
    SettingsForm,
    ShopForm,
    shown_settings,
)
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import Settings


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    """A group of settings with a form of its own."""

    label: LazyText
    form: type[SettingsForm]


@dataclass(frozen=True, slots=True)
class StatedSetting:
    """A setting that the environment states: its label, its value and the name of the variable."""

    label: str
    value: str
    variable: str


GROUPS = {
    "shop": SettingsGroup(_l("Shop facts"), ShopForm),
    "region": SettingsGroup(_l("Country and currency"), RegionForm),
    "orders": SettingsGroup(_l("Orders and stock"), OrdersForm),
    "loyalty": SettingsGroup(_l("Loyalty"), LoyaltyForm),
    "email": SettingsGroup(_l("E-mail"), SenderForm),
}
HINTS = {
    "shop_address": _l("On invoices and for returns."),
    "support_email": _l("Customers find it on every page. Alerts for staff go there, too."),
    "shop_tax_id": _l("On invoices, for example GSTIN 01ABCDE1234F1Z5."),
    "invoice_prefix": _l("For example KC-2026- for KC-2026-000123."),
    "shop_country": _l("Delivery and taxes are shown for it until a visitor chooses another country."),
    "shop_currency": _l("Its code, for example USD or INR. It cannot change once the shop has amounts."),
    "prices_include_tax": _l(
        "This changes how prices of products are understood from now on. Orders that were placed keep theirs."
    ),
    "collects_tax": _l("Without a tick the shop needs no tax rates. Rates that exist apply in any case."),
    "shop_locale": _l("How amounts, days and numbers are written, for example en_US, en_IN or de_DE."),
    "shop_timezone": _l("For the days of the shop and for all times that staff see."),
    "unpaid_orders_per_buyer": _l("0 for no limit."),
    "unpaid_orders_per_address": _l("For guests, in all networks. 0 for no limit."),
    "unpaid_orders_per_network": _l("0 for no limit."),
    "gift_code_days": _l("Then only its last four characters remain."),
    "mail_from": _l(
        "An address, or a name with it: Shop <hello@shop.example>. Your mail server has to allow it."
    ),
}
# What has amounts, by the names of ``queries.list_amount_holders``.
HOLDERS = {
    "products": _l("products"),
    "orders": _l("orders"),
    "vouchers": _l("vouchers"),
    "gift_cards": _l("gift cards"),
    "points": _l("points"),
    "delivery": _l("delivery prices"),
}


def holders_text(names: Iterable[str]) -> str:
    """Return what has amounts, as a list in words."""
    return ", ".join(str(HOLDERS[name]) for name in names)


def value_texts(found: Settings) -> dict[str, str]:
    """Return the value of each editable setting in words."""
    words = {True: _("Yes"), False: _("No")}
    texts = {
        name: words[value] if isinstance(value, bool) else str(value)
        for name, value in shown_settings(found).items()
    }
    return texts | {"shop_country": country_name(found.shop_country)}


def stated_settings(form: SettingsForm, found: Settings) -> list[StatedSetting]:
    """Return the settings of ``form`` that the environment states."""
    texts = value_texts(found)
    return [
        StatedSetting(str(form[name].label.text), texts[name], f"KASHCRAFT_{name.upper()}")
        for name in form.names
        if name in found.in_environment
    ]
