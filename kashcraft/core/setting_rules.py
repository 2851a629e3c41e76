"""Which values of the shop's settings are valid, wherever they come from: the environment or the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.localedata import locale_identifiers

from kashcraft.core.email_addresses import is_address
from kashcraft.core.money import is_currency
from kashcraft.core.settings import EDITABLE, Settings

# The lowest and the highest value of each number; a day has to fit into a calendar, a time into a lease.
DAYS, MANY, MINUTES = 36_500, 1_000_000, 10_080
BOUNDS: dict[str, tuple[int, int]] = {
    "hold_minutes": (1, MINUTES), "payment_hold_minutes": (1, MINUTES), "most_per_order": (1, MANY),
    "waitlist_hold_hours": (1, 8_760), "points_months": (1, 1_200), "returned_points_days": (1, DAYS),
    "expiry_notice_days": (1, DAYS), "at_risk_days": (1, DAYS), "inactive_days": (1, DAYS),
    "gift_code_days": (1, DAYS), "gift_refund_days": (1, DAYS), "page_size": (1, 1_000),
    "point_value": (0, MANY), "minimum_points": (0, MANY), "joining_points": (0, MANY),
    "referral_points": (0, MANY), "review_points": (0, MANY), "return_days": (0, DAYS),
    "unpaid_orders_per_buyer": (0, MANY), "held_units_per_buyer": (0, MANY),
    "unpaid_orders_per_network": (0, MANY), "held_units_per_network": (0, MANY),
    "unpaid_orders_per_address": (0, MANY), "held_units_per_address": (0, MANY),
}  # fmt: skip
# The longest texts. Those of ``REQUIRED`` must not be empty.
LENGTHS = {
    "shop_name": 80, "shop_address": 300, "support_email": 254, "shop_tax_id": 60, "invoice_prefix": 12,
    "mail_from": 320,
}  # fmt: skip
REQUIRED = ("shop_name", "shop_address", "support_email", "mail_from")

_SENDER = re.compile(r"[^<>@,;:\\\"]+<(?P<address>[^<>]+)>")


class Fault(NamedTuple):
    """Why a value is refused: a code, and the bound that it violates where it has one."""

    code: str
    bound: int = 0


def faults_of(settings: Settings) -> dict[str, Fault]:
    """Return the faults of the settings that can be saved in the back office, by name."""
    found = _faults_of_numbers(settings) | _faults_of_texts(settings)
    for name, (code, is_valid) in _CODES.items():
        if name not in found and not is_valid(getattr(settings, name)):
            found[name] = Fault(code)
    if not 0 <= settings.order_cutoff_hour <= 24:
        found["order_cutoff_hour"] = Fault("no_hour")
    if "inactive_days" not in found and settings.inactive_days < settings.at_risk_days:
        found["inactive_days"] = Fault("before_at_risk", settings.at_risk_days)
    return {name: found[name] for name in EDITABLE if name in found}


def _faults_of_numbers(settings: Settings) -> dict[str, Fault]:
    found = {}
    for name, (least, most) in BOUNDS.items():
        number = getattr(settings, name)
        if number < least:
            found[name] = Fault("at_least", least)
        elif number > most:
            found[name] = Fault("at_most", most)
    return found


def _faults_of_texts(settings: Settings) -> dict[str, Fault]:
    found = {}
    for name, length in LENGTHS.items():
        text = getattr(settings, name)
        if len(text) > length:
            found[name] = Fault("too_long", length)
        elif not text.strip() and name in REQUIRED:
            found[name] = Fault("empty")
        elif not text.isprintable():
            found[name] = Fault("not_one_line")
    return found


def is_zone(name: str) -> bool:
    """Return whether there is a time zone with this name."""
    try:
        return name == "UTC" or bool(ZoneInfo(name))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False


def is_sender(text: str) -> bool:
    """Return whether a text is an e-mail address, or a name with one: ``The Shop <hello@shop.example>``."""
    named = _SENDER.fullmatch(text.strip())
    return is_address(named["address"] if named else text.strip())


_CODES: dict[str, tuple[str, Callable[[str], bool]]] = {
    "shop_currency": ("no_currency", is_currency),
    "shop_country": ("no_country", lambda code: code in Locale("en").territories),
    "shop_locale": ("no_locale", lambda name: name in locale_identifiers()),
    "shop_timezone": ("no_time_zone", is_zone),
    "support_email": ("no_address", is_address),
    "mail_from": ("no_sender", is_sender),
}
