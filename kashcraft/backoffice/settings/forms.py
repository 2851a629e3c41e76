"""The forms of the groups of settings. Each field has the name of its setting."""

from __future__ import annotations

from typing import TypeVar
from zoneinfo import available_timezones

from kashcraft.accounts.rules import countries
from kashcraft.core.fields import BooleanField, Options
from kashcraft.core.fields import LongSelectField as LongSelect
from kashcraft.core.forms import AmountField, CurrencyForm, EmailText, Text, VersionField, WholeField
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.core.setting_rules import BOUNDS, LENGTHS
from kashcraft.core.settings import EDITABLE, Settings

# Why a value is refused, by the code of its fault, and other refusals by their codes.
REFUSALS = {
    "at_least": _l("At least %(bound)s."),
    "at_most": _l("At most %(bound)s."),
    "too_long": _l("At most %(bound)s characters."),
    "empty": _l("Please fill this in."),
    "not_one_line": _l("Please enter one line of text."),
    "no_currency": _l("Please enter the code of a currency, for example INR."),
    "no_country": _l("Please choose a country."),
    "no_locale": _l("Please enter a locale, for example en_IN."),
    "no_time_zone": _l("Please choose a time zone."),
    "no_address": _l("This does not look like an e-mail address."),
    "no_sender": _l("Please enter an e-mail address, or a name with one: Shop <hello@shop.example>."),
    "before_at_risk": _l("At least %(bound)s, the days after which a member is at risk."),
    "no_hour": _l("Please enter an hour from 0 to 24."),
    "currency_in_use": _l(
        "The currency cannot change any more, because the shop has amounts in %(currency)s: %(what)s."
    ),
    "settings_changed": _l(
        "These settings were changed after you opened the page. What is saved now is listed here."
        " Save again to replace it."
    ),
}


def _whole(name: str, label: LazyText) -> WholeField:
    least, most = BOUNDS[name]
    return WholeField(label, least=least, most=most)


def _text(name: str, label: LazyText, *, optional: bool = False) -> Text:
    return Text(label, maximum=LENGTHS[name], optional=optional)


class SettingsForm(CurrencyForm):
    """A group of settings. ``version`` is that of the values it was opened with."""

    version = VersionField()

    @property
    def names(self) -> list[str]:
        """Return the settings that this form can change."""
        return [name for name in EDITABLE if name in self]

    def entered(self) -> dict[str, object]:
        """Return the entered settings by name."""
        return {name: _entered(self[name]) for name in self.names}


def _entered(field: object) -> object:
    if isinstance(field, AmountField):
        return field.minor
    data = getattr(field, "data", None)
    return "" if data is None else data


class ShopForm(SettingsForm):
    """Who sells."""

    shop_name = _text("shop_name", _l("Name of the shop"))
    shop_address = _text("shop_address", _l("Address"))
    support_email = EmailText(_l("E-mail address for questions"), missing=_l("Please enter one."))
    shop_tax_id = _text("shop_tax_id", _l("Tax number"), optional=True)
    invoice_prefix = _text("invoice_prefix", _l("Prefix of invoice numbers"), optional=True)


class RegionForm(SettingsForm):
    """Where the shop is, its currency, and how taxes are shown."""

    shop_country = LongSelect(_l("Country"), options=Options(countries()))
    shop_currency = Text(_l("Currency"), maximum=3)
    prices_include_tax = BooleanField(_l("Prices include tax"))
    collects_tax = BooleanField(_l("The shop collects tax"))
    shop_locale = Text(_l("Locale"), maximum=20)
    shop_timezone = LongSelect(
        _l("Time zone"), options=Options((name, name) for name in sorted(available_timezones()))
    )


class OrdersForm(SettingsForm):
    """Rules of orders, stock and lists."""

    order_cutoff_hour = WholeField(_l("Orders leave on the same day until, in hours"), least=0, most=24)
    return_days = _whole("return_days", _l("Returns are possible for, in days after delivery"))
    most_per_order = _whole("most_per_order", _l("Most units of a product in one order"))
    hold_minutes = _whole("hold_minutes", _l("An unpaid order holds its units for, in minutes"))
    payment_hold_minutes = _whole("payment_hold_minutes", _l("While its payment page is open, in minutes"))
    waitlist_hold_hours = _whole("waitlist_hold_hours", _l("A waiting list holds a unit for, in hours"))
    unpaid_orders_per_buyer = _whole("unpaid_orders_per_buyer", _l("Unpaid orders of a customer"))
    held_units_per_buyer = _whole("held_units_per_buyer", _l("Units held for a customer"))
    unpaid_orders_per_address = _whole("unpaid_orders_per_address", _l("Unpaid orders of an e-mail address"))
    held_units_per_address = _whole("held_units_per_address", _l("Units held for an e-mail address"))
    unpaid_orders_per_network = _whole("unpaid_orders_per_network", _l("Unpaid orders of a network"))
    held_units_per_network = _whole("held_units_per_network", _l("Units held for a network"))
    gift_code_days = _whole("gift_code_days", _l("The code of a gift card is stored for, in days"))
    gift_refund_days = _whole("gift_refund_days", _l("After a refund gift cards are valid for, in days"))
    page_size = _whole("page_size", _l("Products on a page of a list"))


class LoyaltyForm(SettingsForm):
    """Rules of the loyalty program."""

    point_value = AmountField(_l("Value of a point"), least=1, most=BOUNDS["point_value"][1])
    minimum_points = _whole("minimum_points", _l("Fewest points that can be spent at once"))
    joining_points = _whole("joining_points", _l("Points for becoming a member"))
    referral_points = _whole("referral_points", _l("Points for a referral, for each of both"))
    review_points = _whole("review_points", _l("Points for a review"))
    points_months = _whole("points_months", _l("Points are valid for, in months"))
    returned_points_days = _whole("returned_points_days", _l("Returned points that have expired, in days"))
    expiry_notice_days = _whole("expiry_notice_days", _l("Notice before points expire, in days"))
    at_risk_days = _whole("at_risk_days", _l("A member is at risk without a purchase for, in days"))
    inactive_days = _whole("inactive_days", _l("A member is inactive without a purchase for, in days"))


class SenderForm(SettingsForm):
    """Who sends the e-mails."""

    mail_from = _text("mail_from", _l("Sender of e-mails"))


F = TypeVar("F", bound=SettingsForm)


def shown_settings(found: Settings) -> dict[str, object]:
    """Return the values of all editable settings as their fields show them."""
    values: dict[str, object] = {name: getattr(found, name) for name in EDITABLE}
    point = found.formats.entry(Money(found.point_value, found.shop_currency))
    return values | {"point_value": point}


def without_stated(form: F, stated: frozenset[str]) -> F:
    """Return the form without the fields that the environment states."""
    for name in form.names:
        if name in stated:
            del form[name]
    return form
