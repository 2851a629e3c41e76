"""The totals of an order and the price trace behind them."""

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

# Steps of the trace that the totals already show.
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
    """Return the totals of an order as it was placed, and what was refunded since.

    Refunds that the processor has refused are shown as still to come.
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
    outstanding = sum(refund.charged_amount for refund in refunds if refund.state is RefundState.FAILED)
    if order.refunded_total > outstanding:
        rows.append(TotalRow(_("Refunded"), money(outstanding - order.refunded_total), "paid"))
    if outstanding:
        rows.append(TotalRow(_("Refund still to come"), money(-outstanding), "paid"))
    return rows


def _discounts(order: Order, formats: Formats) -> list[TotalRow]:
    """Return the discounts of voucher, reward and points, each with its name."""
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
    """Return the trace of an order's price as (sentence, amount), without the steps that the totals show."""
    return _sentences(order, [step for step in order.trace if step["step"] not in IN_THE_TOTALS], formats)


def full_trace(order: Order, formats: Formats) -> list[tuple[str, Money | None]]:
    """Return the whole trace of an order's price as (sentence, amount)."""
    return _sentences(order, order.trace, formats)


def _sentences(
    order: Order, steps: Sequence[Mapping[str, Any]], formats: Formats
) -> list[tuple[str, Money | None]]:
    return [
        (
            describe_step(step, order.currency, formats),
            None if step["amount"] is None else Money(step["amount"], order.currency),
        )
        for step in steps
    ]
