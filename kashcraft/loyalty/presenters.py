"""Texts for tiers, benefits, ledger entries, rewards and changes by staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.core.money import Money
from kashcraft.loyalty.rules import HistoryValue, Tier

TIERS = {
    Tier.BRONZE: _l("Bronze"),
    Tier.SILVER: _l("Silver"),
    Tier.GOLD: _l("Gold"),
    Tier.PLATINUM: _l("Platinum"),
}
# By points type and source type. Entries of staff and exchanges also have a reason of their own.
ENTRIES = {
    ("earn", "purchase"): _l("Earned by an order"),
    ("redeem", "purchase"): _l("Spent on an order"),
    ("redeem", "reward"): _l("Redeemed for a reward"),
    ("bonus", "signup"): _l("Welcome"),
    ("bonus", "referral"): _l("A friend's first order"),
    ("bonus", "review"): _l("Review of an item you bought"),
    ("bonus", "birthday"): _l("Your birthday"),
    ("reversal", "refund"): _l("Taken back with a refund"),
    ("reversal", "referral"): _l("Taken back: a friend's first order was refunded"),
    ("reversal", "redemption"): _l("Given back"),
    ("expiration", "lot"): _l("Expired"),
    ("adjustment", "staff"): _l("Corrected by us"),
}
SHIPPING = {"standard": _l("Free standard delivery"), "express": _l("Free express delivery")}
SHIPPING_FROM = {
    "standard": _l("Free standard delivery from %(amount)s"),
    "express": _l("Free express delivery from %(amount)s"),
}
FIELDS = {
    "name": _l("Name"),
    "description": _l("Description"),
    "reward_type": _l("Type"),
    "value": _l("Value"),
    "product_id": _l("Product"),
    "points_cost": _l("Price in points"),
    "min_tier_required": _l("Available to"),
    "valid_days": _l("Valid for, in days"),
    "starts_at": _l("From"),
    "ends_at": _l("Until"),
    "qualifying_points": _l("Lifetime points"),
    "currency": _l("Currency"),
    "net_spend": _l("Net spend"),
    "multiplier_bp": _l("Points per unit spent"),
    "birthday_points": _l("Birthday points"),
    "free_shipping": _l("Free delivery"),
    "free_shipping_from": _l("Free delivery from"),
    "early_access": _l("Early access to new products"),
    "waitlist_first": _l("First on waiting lists"),
}
AMOUNTS = ("net_spend", "free_shipping_from")
MOMENTS = ("starts_at", "ends_at")


def tier_name(tier: Tier) -> str:
    """Return the name of a tier."""
    return str(TIERS[tier])


def entry_words(points_type: str, source_type: str, reason: str | None) -> str:
    """Return the text of a ledger entry, with its reason if there is one."""
    words = str(ENTRIES.get((points_type, source_type)) or _("Points"))
    return _("%(entry)s: %(reason)s", entry=words, reason=reason) if reason else words


def multiplier_words(multiplier_bp: int, formats: Formats) -> str:
    """Return the number of points that a whole unit of currency earns: 12,500 basis points are 1.25."""
    return formats.number(Decimal(multiplier_bp) / 10_000)


def perks(
    *,
    multiplier_bp: int,
    unit: str,
    birthday: int,
    shipping: str,
    shipping_from: str,
    early: bool,
    first: bool,
    formats: Formats,
) -> list[str]:
    """Return the benefits of a tier as short texts.

    ``unit`` is the whole unit of currency that the multiplier applies to. ``shipping`` is none, standard or
    express. ``shipping_from`` is a formatted amount, or empty.
    """
    earned = multiplier_words(multiplier_bp, formats)
    found = [
        ngettext(
            "%(num)s point for each %(unit)s spent on items",
            "%(num)s points for each %(unit)s spent on items",
            1 if multiplier_bp == 10_000 else 2,
            num=earned,
            unit=unit,
        )
    ]
    if shipping != "none" and shipping_from:
        found.append(SHIPPING_FROM[shipping].filled(amount=shipping_from))
    elif shipping != "none":
        found.append(str(SHIPPING[shipping]))
    if birthday:
        one, many = "%(num)s point on your birthday", "%(num)s points on your birthday"
        found.append(ngettext(one, many, birthday, num=formats.number(birthday)))
    found += [_("Early access to new pieces")] if early else []
    found += [_("First on every waiting list")] if first else []
    return found


def upgrade_words(months: int) -> str:
    """Return the text that says how long an upgrade raises the tier."""
    return ngettext("One tier up for %(num)s month.", "One tier up for %(num)s months.", months)


def changed_words(
    data: Mapping[str, list[HistoryValue]], currency: str, formats: Formats, *, worth_is_money: bool
) -> list[str]:
    """Return each changed field as "name: before → after". ``data`` holds [before, after] by field.

    ``worth_is_money`` states that the value of a reward is an amount, not a number of months.
    """
    amounts = (*AMOUNTS, "value") if worth_is_money else AMOUNTS

    def text_of(field: str, value: HistoryValue) -> str:
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, str):
            if field in MOMENTS:
                return formats.time(datetime.fromisoformat(value))
            if field == "min_tier_required":
                return tier_name(Tier(value))
            return value.replace("_", " ")
        if field in amounts:
            return formats.amount(Money(value, currency))
        return multiplier_words(value, formats) if field == "multiplier_bp" else formats.number(value)

    return [
        _(
            "%(field)s: %(before)s → %(after)s",
            field=FIELDS.get(field, field),
            before=text_of(field, before),
            after=text_of(field, after),
        )
        for field, (before, after) in data.items()
    ]
