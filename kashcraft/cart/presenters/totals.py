"""The totals of a cart as rows."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext
from kashcraft.core.money import Money
from kashcraft.pricing.rules import FreeShipping, Quote
from kashcraft.shipping.rules import DeliveryWindow


@dataclass(frozen=True, slots=True)
class AmountRow:
    """One row of the totals; ``note`` replaces a missing amount."""

    label: str
    amount: Money | None = None
    note: str = ""
    kind: str = "line"


@dataclass(frozen=True, slots=True)
class Totals:
    """The rows of the totals of a cart."""

    rows: tuple[AmountRow, ...]


@dataclass(frozen=True, slots=True)
class DeliveryEstimate:
    """The delivery of a cart before a method is chosen.

    ``missing`` is the amount that is missing for free delivery: zero when delivery is free, None where it
    never is. ``arrives`` is the delivery window of an order placed now, None for gift cards.
    """

    country: str
    missing: Money | None = None
    free_from: Money | None = None
    arrives: DeliveryWindow | None = None


def discount_rows(quote: Quote, formats: Formats) -> list[AmountRow]:
    """Return a row for each discount: voucher, reward, points."""
    rows = []
    if quote.voucher:
        label = _("Promo code %(code)s", code=quote.voucher.code)
        rows.append(AmountRow(label, quote.money(-quote.voucher.discount), kind="discount"))
    if quote.reward and quote.reward.discount:
        rows.append(AmountRow(quote.reward.name, quote.money(-quote.reward.discount), kind="discount"))
    if quote.points:
        label = ngettext(
            "%(num)s point", "%(num)s points", quote.points.points, num=formats.number(quote.points.points)
        )
        rows.append(AmountRow(label, quote.money(-quote.points.discount), kind="discount"))
    return rows


def gift_card_rows(quote: Quote, *, left: str | None = None) -> list[AmountRow]:
    """Return a row for each gift card payment and one for the amount due, or no rows without gift cards.

    ``left`` is the label of the amount due.
    """
    rows = [
        AmountRow(_("Gift card %(digits)s", digits=payment.label), quote.money(-payment.amount), kind="paid")
        for payment in quote.gift_card_payments
    ]
    return [*rows, AmountRow(left or _("To pay"), quote.money(quote.due), kind="due")] if rows else []


def estimate_rows(
    quote: Quote, formats: Formats, *, country: str | None, is_deliverable: bool
) -> list[AmountRow]:
    """Return the totals of a cart whose address is not known yet.

    The quote uses the cheapest delivery method to ``country``. ``is_deliverable`` is False where no method
    delivers there.
    """
    rows = [AmountRow(_("Subtotal"), quote.money(quote.subtotal)), *discount_rows(quote, formats)]
    label = _("Delivery to %(country)s", country=country) if country else _("Delivery")
    if not quote.merchandise:
        rows.append(AmountRow(_("Delivery"), note=_("By e-mail, free")))
    elif not is_deliverable or quote.shipping is None:
        rows.append(AmountRow(label, note=_("Not available")))
    elif quote.shipping.charged:
        rows.append(AmountRow(label, quote.money(quote.shipping.charged)))
    else:
        rows.append(AmountRow(label, note=free_note(quote)))
    total = quote.money(quote.total)
    if quote.tax_inclusive:
        rows.append(AmountRow(_("Estimated total"), total, _("Taxes included"), kind="total"))
    else:
        rows.append(AmountRow(_("Taxes"), note=_("Calculated at checkout")))
        rows.append(AmountRow(_("Total before taxes"), total, kind="total"))
    left = _("Left to pay") if quote.tax_inclusive else _("Left to pay before taxes")
    return [*rows, *gift_card_rows(quote, left=left)]


def free_note(quote: Quote) -> str:
    """Return why delivery is free."""
    by = quote.shipping.free_by if quote.shipping else None
    if by is FreeShipping.TIER:
        return _("Free as a member")
    return _("Free with your reward") if by is FreeShipping.REWARD else _("Free")
