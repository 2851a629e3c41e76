"""Texts of an order for staff: its history, and refunds that are calculated, made and refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kashcraft.backoffice.presenters.history import HistoryRow
from kashcraft.core.errors import DomainError
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext, ngettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import OrderLineId, RefundId, UserId
from kashcraft.core.money import Money
from kashcraft.loyalty.rules import Earned, points_to_reverse
from kashcraft.orders.models import OrderEvent, Refund
from kashcraft.orders.rules import RefundPlan, RefundState

# Titles of history entries; other kinds are shown by their names.
HISTORY = {
    "placed": _l("Order placed"),
    "paid": _l("Paid"),
    "processing": _l("Preparing"),
    "shipped": _l("Shipped"),
    "delivered": _l("Delivered"),
    "cancelled": _l("Cancelled"),
    "expired": _l("Payment expired"),
    "refunded": _l("Refund made"),
    "refund_done": _l("Refund paid out"),
    "refund_failed": _l("Refund refused by the payment provider"),
    "refund_retried": _l("Refund tried again"),
    "return_requested": _l("Return requested"),
    "return_approved": _l("Return approved"),
    "return_refused": _l("Return refused"),
    "return_received": _l("Return received"),
    "note": _l("Note"),
    "undone": _l("Moved back"),
}
REFUSALS = {
    "refund_units": _l("Fewer units of a line can be refunded: %(left)s."),
    "refund_shipping": _l("Only %(left)s of the delivery can still be refunded."),
    "refund_amount": _l("Only %(left)s can be refunded as another amount."),
    "refund_nothing": _l("Please enter what to refund: units, delivery or another amount."),
    "refund_changed": _l("The refund is %(now)s now. Please check it again."),
    "gift_card_used": _l("A gift card of this line has been used, so its price cannot be refunded."),
    "not_refundable": _l("This order is not paid, so there is nothing to refund."),
    "return_not_received": _l("This return has been refunded already, or has not arrived yet."),
}
# The label and the tag of a refund by its state.
REFUND_STATES = {
    RefundState.PENDING: (_l("Waiting for the payment provider"), "warn"),
    RefundState.DONE: (_l("Paid out"), "good"),
    RefundState.FAILED: (_l("Refused"), "bad"),
}
AMOUNTS = {"refund_shipping", "refund_amount", "refund_changed"}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of a calculated refund."""

    label: str
    amount: Money
    kind: str = "line"
    note: str = ""


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund of an order; ``answer`` is the reason of the payment provider where it refuses the refund."""

    id: RefundId
    at: datetime
    reason: str
    label: str
    tag: str
    amount: Money
    answer: str = ""
    is_refused: bool = False


def plan_rows(
    plan: RefundPlan, names: Mapping[OrderLineId, str], currency: str, formats: Formats
) -> list[PlanRow]:
    """Return a refund as rows of totals: each line, delivery, the total, and how it is paid out."""

    def money(minor: int) -> Money:
        return Money(minor, currency)

    rows = [PlanRow(names[part.line_id], money(part.amount), note=_units(part.units)) for part in plan.lines]
    if plan.shipping:
        rows.append(PlanRow(gettext("Delivery"), money(plan.shipping)))
    tax = gettext("Includes %(amount)s tax", amount=formats.amount(money(plan.tax))) if plan.tax else ""
    rows.append(PlanRow(gettext("Refund"), money(plan.amount), "total", tax))
    if plan.gift_cards:
        rows.append(PlanRow(gettext("To the card or account charged"), money(plan.charged), "paid"))
        rows.append(PlanRow(gettext("To gift cards"), money(plan.gift_cards), "paid"))
    return rows


def refund_rows(refunds: Sequence[Refund], events: Sequence[OrderEvent], currency: str) -> list[RefundRow]:
    """Return the refunds of an order, with the last answer of the payment provider to refused ones."""
    answers = {event.data.get("refund"): event.note for event in events if event.kind == "refund_failed"}
    rows = []
    for refund in refunds:
        label, tag = REFUND_STATES[refund.state]
        refused = refund.state is RefundState.FAILED
        rows.append(
            RefundRow(
                id=refund.id,
                at=refund.created_at,
                reason=refund.reason,
                label=str(label),
                tag=tag,
                amount=Money(refund.amount, currency),
                answer=answers.get(str(refund.id), "") if refused else "",
                is_refused=refused,
            )
        )
    return rows


def points_moved(plan: RefundPlan, earned: Earned | None) -> tuple[int, int]:
    """Return (spent points that are returned, earned points that are deducted) by a refund."""
    (net_before, net), (net_after, _) = plan.before.net, plan.after.net
    return plan.points, points_to_reverse(earned, net, net_before, net_after) if earned else 0


def refusal_text(refusal: DomainError, currency: str, formats: Formats) -> str:
    """Return the text of a refusal of a refund, with formatted amounts. Raises KeyError for other codes."""
    details = dict(refusal.details)
    if refusal.code in AMOUNTS:
        for name in ("left", "now", "seen"):
            if details.get(name) is not None:
                details[name] = formats.amount(Money(details[name], currency))
    return REFUSALS[refusal.code].filled(**details)


def history(
    events: Sequence[OrderEvent], names: Mapping[UserId | None, str], currency: str, formats: Formats
) -> list[HistoryRow]:
    """Return the history of an order as texts; ``names`` are the names of the actors by their ids."""
    return [
        HistoryRow(
            title=str(HISTORY.get(event.kind) or event.kind.replace("_", " ").capitalize()),
            text=_event_text(event, names, currency, formats),
            at=event.created_at,
            state="failed" if event.kind in ("refund_failed", "expired") else "done",
        )
        for event in events
    ]


def _event_text(
    event: OrderEvent, names: Mapping[UserId | None, str], currency: str, formats: Formats
) -> str:
    data = event.data
    parts = [
        formats.amount(Money(data["amount"], currency)) if "amount" in data else "",
        _units(data.get("units", 0)),
        str(data.get("method", "")),
        gettext("put back into stock") if data.get("restock") and data.get("units") else "",
        *_returned(data, formats),
        event.note,
        gettext("by %(name)s", name=names.get(event.actor_id, gettext("deleted user")))
        if event.actor_id
        else "",
    ]
    return ", ".join(part for part in parts if part)


def _returned(data: Mapping[str, Any], formats: Formats) -> Iterator[str]:
    if back := data.get("points_returned"):
        number = formats.number(back)
        yield ngettext("%(num)s point returned", "%(num)s points returned", back, num=number)
    if taken := data.get("points_taken"):
        number = formats.number(taken)
        yield ngettext("%(num)s point taken back", "%(num)s points taken back", taken, num=number)
    if data.get("reward_returned"):
        yield gettext("the reward %(name)s given back", name=data["reward_returned"])


def _units(units: int) -> str:
    return ngettext("%(num)s unit", "%(num)s units", units) if units else ""
