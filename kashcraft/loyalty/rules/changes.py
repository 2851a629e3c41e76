"""What staff changed, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.loyalty.rules.words import multiplier_words

FIELDS = {
    "name": _l("Name"),
    "description": _l("Description"),
    "reward_type": _l("Gives"),
    "value": _l("Worth"),
    "product_id": _l("Piece"),
    "points_cost": _l("Costs, in points"),
    "min_tier_required": _l("For"),
    "valid_days": _l("Days to use it"),
    "starts_at": _l("From"),
    "ends_at": _l("Until"),
    "qualifying_points": _l("Lifetime points"),
    "currency": _l("Currency"),
    "net_spend": _l("Net spend"),
    "multiplier_bp": _l("Points for each unit spent"),
    "birthday_points": _l("Points on the birthday"),
    "free_shipping": _l("Free delivery"),
    "free_shipping_from": _l("Free delivery from"),
    "early_access": _l("Early access to new pieces"),
    "waitlist_first": _l("First on every waiting list"),
}
AMOUNTS = ("net_spend", "free_shipping_from")
MOMENTS = ("starts_at", "ends_at")


def changed_words(
    data: Mapping[str, list[Any]], currency: str, formats: Formats, *, worth_is_money: bool
) -> list[str]:
    """Return each changed field as "name: before → after"; ``data`` holds [before, after] by field.

    ``worth_is_money`` says that the worth of a reward is such, not months.
    """
    amounts = (*AMOUNTS, "value") if worth_is_money else AMOUNTS

    def told(field: str, value: Any) -> str:
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if field in amounts:
            return formats.amount(Money(value, currency))
        if field == "multiplier_bp":
            return multiplier_words(value, formats)
        if field in MOMENTS:
            return formats.time(datetime.fromisoformat(value))
        return formats.number(value) if isinstance(value, int) else str(value).replace("_", " ")

    return [
        f"{FIELDS.get(field, field)}: {told(field, before)} → {told(field, after)}"
        for field, (before, after) in data.items()
    ]
