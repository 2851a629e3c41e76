"""The timeline of an order: payment, parcel, gift cards, returns and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderEvent, Refund, ReturnRequest
from kashcraft.orders.presenters.paid import paid_with
from kashcraft.orders.presenters.returns import RETURN_LABELS
from kashcraft.orders.presenters.status import status_text
from kashcraft.orders.rules import (
    OrderStatus,
    RefundState,
    ReturnState,
    is_before,
    is_refunded_before_shipping,
)


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One step of a timeline; ``state`` is done, current, todo or failed, ``at`` when it was reached."""

    title: str
    state: str
    at: datetime | None = None
    text: str = ""


def expected_days(order: Order, formats: Formats) -> str:
    """Return the days between which the order should arrive, empty if it has none."""
    if order.delivery_from is None or order.delivery_to is None:
        return ""
    return formats.span(order.delivery_from, order.delivery_to)


def timeline(
    order: Order,
    events: Sequence[OrderEvent],
    refunds: Sequence[Refund],
    returns: Sequence[ReturnRequest] = (),
    gifts: Sequence[TimelineStep] = (),
    *,
    formats: Formats,
) -> list[TimelineStep]:
    """Return the timeline of an order: payment, parcel, gift cards, returns and refunds."""
    placed = TimelineStep(_("Order placed"), "done", order.placed_at)
    if order.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED):
        steps = [placed, *_ended(order, events)]
    else:
        steps = [placed, *_progress(order, events, gifts, formats)]
        if is_refunded_before_shipping(order.status, order.refund_status):
            steps = [step for step in steps if step.state == "done"]
    return [
        *steps,
        *(_return(request) for request in returns),
        *(_refund(order, refund, formats) for refund in refunds if refund.amount),
    ]


def _ended(order: Order, events: Sequence[OrderEvent]) -> list[TimelineStep]:
    text = status_text(order.status)
    paid = [TimelineStep(_("Paid"), "done", order.paid_at, paid_with(events))] if order.paid_at else []
    why = next((event.note for event in events if event.kind == order.status.value and event.note), "")
    ended_at = order.cancelled_at or order.expired_at
    return [*paid, TimelineStep(str(text.label), "failed", ended_at, why or str(text.sentence))]


def _progress(
    order: Order, events: Sequence[OrderEvent], gifts: Sequence[TimelineStep], formats: Formats
) -> list[TimelineStep]:
    expected = expected_days(order, formats)
    payment = paid_with(events) if order.paid_at else ""
    steps = [
        (OrderStatus.PAID, _("Payment"), _("Paid"), order.paid_at, payment),
        (OrderStatus.PROCESSING, _("Preparing"), _("Preparing"), order.processed_at, ""),
        (OrderStatus.SHIPPED, _("Shipped"), _("Shipped"), order.shipped_at, order.delivery_name),
        (
            OrderStatus.DELIVERED, _("Delivered"), _("Delivered"), order.delivered_at,
            "" if order.delivered_at else _("Expected %(day)s.", day=expected) if expected else "",
        ),
    ]  # fmt: skip
    shown = []
    for status, ahead, reached, at, text in steps[:1] if order.by_email else steps:
        done = not is_before(order.status, status)
        shown.append(TimelineStep(reached if done else ahead, "done" if done else "todo", at, text))
    current = next((index for index, step in enumerate(shown) if step.state == "todo"), None)
    if current is not None:
        step = shown[current]
        shown[current] = replace(step, state="current")
    return [shown[0], *gifts, *shown[1:]]


def _return(request: ReturnRequest) -> TimelineStep:
    title, state = RETURN_LABELS[request.state]
    if request.state is ReturnState.RECEIVED and request.refund_id is None:
        state = "current"
    at = request.received_at or request.decided_at or request.requested_at
    return TimelineStep(str(title), state, at, request.answer)


def _refund(order: Order, refund: Refund, formats: Formats) -> TimelineStep:
    amount = formats.amount(Money(refund.amount, order.currency))
    if refund.state is RefundState.DONE:
        return TimelineStep(_("%(amount)s refunded", amount=amount), "done", refund.done_at, refund.reason)
    if refund.state is RefundState.FAILED:
        return _failed_refund(order, refund, formats)
    return TimelineStep(
        _("%(amount)s on its way back to you", amount=amount), "current", refund.created_at, refund.reason
    )


def _failed_refund(order: Order, refund: Refund, formats: Formats) -> TimelineStep:
    """Return the step of a refund that the processor has refused so far."""
    amount = formats.amount(Money(refund.charged_amount, order.currency))
    sentences = [
        refund.reason,
        _("Our payment provider has not accepted it yet. We see to it; you need to do nothing."),
    ]
    if refund.gift_card_amount:
        back = formats.amount(Money(refund.gift_card_amount, order.currency))
        sentences.append(_("%(amount)s is back on the gift card that paid.", amount=back))
    title = _("%(amount)s still to be paid back", amount=amount)
    return TimelineStep(title, "current", refund.created_at, " ".join(filter(None, sentences)))
