"""Texts for vouchers: the discount, its conditions, reasons for refusal, and the history of changes."""

from __future__ import annotations

from datetime import datetime

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.core.money import Money
from kashcraft.vouchers.models import Voucher
from kashcraft.vouchers.rules import WHOLE_BP, DiscountType, HistoryValue, VoucherInput

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


def summary(terms: Voucher | VoucherInput, currency: str, formats: Formats) -> str:
    """Return a sentence of what a voucher does, for example "10% off from $60.00, at most $40.00, once per
    customer". ``currency`` is that of the shop.
    """

    def money(minor: int) -> str:
        return formats.amount(Money(minor, currency))

    parts = [_discount_of_orders(terms, currency, formats)]
    if terms.max_discount is not None:
        parts.append(_("at most %(amount)s", amount=money(terms.max_discount)))
    if terms.min_discount:
        parts.append(_("not less than %(amount)s", amount=money(terms.min_discount)))
    if not terms.requires_code:
        parts.append(_("without a code"))
    if terms.max_usage_per_user is not None:
        parts.append(ngettext("once per customer", "%(num)s times per customer", terms.max_usage_per_user))
    if terms.max_usages is not None:
        parts.append(ngettext("%(num)s use in total", "%(num)s uses in total", terms.max_usages))
    return ", ".join(parts)


def _discount_of_orders(terms: Voucher | VoucherInput, currency: str, formats: Formats) -> str:
    """Return the discount without its limits, and the order values that it is limited to."""
    if terms.discount_type is DiscountType.FIXED:
        discount = formats.amount(Money(terms.discount_value, terms.currency or currency))
    else:
        discount = formats.percent(terms.discount_value, WHOLE_BP)
    least = formats.amount(Money(terms.min_order_value, currency))
    most = formats.amount(Money(terms.max_order_value or 0, currency))
    if terms.min_order_value and terms.max_order_value is not None:
        return _("%(discount)s off from %(least)s to %(most)s", discount=discount, least=least, most=most)
    if terms.max_order_value is not None:
        return _("%(discount)s off up to %(most)s", discount=discount, most=most)
    if terms.min_order_value:
        return _("%(discount)s off from %(least)s", discount=discount, least=least)
    return _("%(discount)s off", discount=discount)


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
