"""What an order comes to, and why: its totals as it was placed, and the trace behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, Refund
from kashcraft.orders.rules import RefundState
from kashcraft.pricing.presenters import describe_step

# Steps of the trace that the totals beside it show already.
IN_THE_TOTALS = {"line", "total", "due"}
DISCOUNTS = {"voucher": _l("Promo code"), "reward": _l("Reward"), "points": _l("Points")}


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One row of the totals; ``kind`` is line, discount, total, paid or due."""

    label: str
    amount: Money | None
    kind: str = "line"
    note: str = ""


def totals(order: Order, formats: Formats, refunds: Sequence[Refund] = ()) -> list[TotalRow]:
    """Return the totals exactly as the order was placed, and what was refunded since: what the processor has
    refused of ``refunds`` is still to come.
    """

    def money(minor: int) -> Money:
        return Money(minor, order.currency)

    rows = [TotalRow(_("Subtotal"), money(order.subtotal)), *_discounts(order, formats)]
    shipping = money(order.shipping_total) if order.shipping_total else None
    free = _("By e-mail, free") if order.by_email else _("Free")
    rows.append(TotalRow(_("Delivery"), shipping, note=order.delivery_name if shipping else free))
    if order.tax_total and not order.prices_include_tax:
        rows.append(TotalRow(_("Tax"), money(order.tax_total)))
    inside = (
        _("Includes %(amount)s tax", amount=formats.amount(money(order.tax_total)))
        if order.prices_include_tax
        else ""
    )
    rows.append(TotalRow(_("Total"), money(order.total), "total", inside))
    if order.gift_card_total:
        cards = [step for step in order.trace if step["step"] == "gift_card"]
        rows += [
            TotalRow(_("Gift card"), money(step["amount"]), "paid", step["values"]["digits"])
            for step in cards
        ]
        rows.append(TotalRow(_("Charged") if order.paid_at else _("To pay"), money(order.amount_due), "due"))
    owed = sum(refund.charged_amount for refund in refunds if refund.state is RefundState.FAILED)
    if order.refunded_total > owed:
        rows.append(TotalRow(_("Refunded"), money(owed - order.refunded_total), "paid"))
    if owed:
        rows.append(TotalRow(_("Refund still to come"), money(-owed), "paid"))
    return rows


def _discounts(order: Order, formats: Formats) -> list[TotalRow]:
    """Return what voucher, reward and points took off, each with what it was."""
    notes = {
        "voucher": order.voucher_code or "",
        "points": ngettext(
            "%(num)s point", "%(num)s points", order.points_spent, num=formats.number(order.points_spent)
        ),
    }
    return [
        TotalRow(
            str(DISCOUNTS[step["step"]]),
            Money(step["amount"], order.currency),
            "discount",
            notes.get(step["step"]) or step["values"]["name"],
        )
        for step in order.trace
        if step["step"] in DISCOUNTS and step["amount"]
    ]


def reasons(order: Order, formats: Formats) -> list[tuple[str, Money | None]]:
    """Return why the order costs what it costs, as sentences with amounts, beyond its lines and sums."""
    return _told(order, [step for step in order.trace if step["step"] not in IN_THE_TOTALS], formats)


def whole_trace(order: Order, formats: Formats) -> list[tuple[str, Money | None]]:
    """Return every step by which the order's price was worked out, as sentences with amounts."""
    return _told(order, order.trace, formats)


def _told(
    order: Order, steps: Sequence[Mapping[str, Any]], formats: Formats
) -> list[tuple[str, Money | None]]:
    return [
        (
            describe_step(step, order.currency, formats),
            None if step["amount"] is None else Money(step["amount"], order.currency),
        )
        for step in steps
    ]
