"""Texts for vouchers: the discount, its conditions, reasons for refusal, and the history of changes."""

from __future__ import annotations

from datetime import datetime

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.vouchers.models import Voucher
from kashcraft.vouchers.rules import WHOLE_BP, DiscountType, HistoryValue

AMOUNTS = ("discount_value", "max_discount", "min_discount", "min_order_value", "max_order_value")

# Why a code was refused: the same texts in the cart, at checkout and in quick buy.
REFUSALS = {
    "voucher_unknown": _l("We do not know this code."),
    "voucher_not_started": _l("This code is not valid yet."),
    "voucher_ended": _l("This code is no longer valid."),
    "voucher_used_up": _l("This code has been fully used."),
    "voucher_used_by_customer": _l("You have used this code already."),
    "voucher_withheld": _l("This code cannot be used with this order now. Please sign in to use it."),
}


def benefit(voucher: Voucher, currency: str, formats: Formats) -> str:
    """Return the text of a voucher's discount. ``currency`` is that of the shop."""
    if voucher.discount_type is DiscountType.FIXED:
        amount = Money(voucher.discount_value, voucher.currency or currency)
        return _("%(amount)s off", amount=formats.amount(amount))
    share = formats.percent(voucher.discount_value, WHOLE_BP)
    if voucher.max_discount is None:
        return _("%(share)s off", share=share)
    most = formats.amount(Money(voucher.max_discount, currency))
    return _("%(share)s off, at most %(most)s", share=share, most=most)


def condition(voucher: Voucher, currency: str, formats: Formats) -> str:
    """Return the text of the order values that a voucher is limited to; empty without a limit."""

    def money(minor: int) -> str:
        return formats.amount(Money(minor, currency))

    least, most = voucher.min_order_value, voucher.max_order_value
    if least and most is not None:
        return _("Orders of %(least)s to %(most)s", least=money(least), most=money(most))
    if most is not None:
        return _("Orders of at most %(most)s", most=money(most))
    return _("Orders from %(least)s", least=money(least)) if least else ""


def history_text(name: str, value: HistoryValue, *, is_share: bool, currency: str, formats: Formats) -> str:
    """Return the text of a value in the history of changes (see ``rules.plain``)."""
    if isinstance(value, list):
        return str(len(value))
    if value is None or value == "":
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        is_moment = name in {"start_date", "expires_at"}
        return formats.time(datetime.fromisoformat(value)) if is_moment else value
    if name == "discount_value" and is_share:
        return formats.percent(value, WHOLE_BP)
    if name in AMOUNTS:
        return formats.amount(Money(value, currency))
    return formats.number(value)
