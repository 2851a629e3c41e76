"""An order as its page, its invoice and its letters show it: pictures, progress, totals, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.core.money import Money
from kashcraft.orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Refund,
    RefundState,
    ReturnRequest,
    ReturnState,
)
from kashcraft.orders.rules.returns import RETURN_LABELS
from kashcraft.orders.rules.status import before, is_called_back, words_for
from kashcraft.pricing.presenters import tell
from kashcraft.pricing.rules import PPM

# Steps of the trace that the totals beside it show already.
IN_THE_TOTALS = {"line", "total", "due"}
DISCOUNTS = {"voucher": _l("Promo code"), "reward": _l("Reward"), "points": _l("Points")}


@dataclass(frozen=True, slots=True)
class LinePicture:
    """The picture that an order kept of a product."""

    stem: str
    width: int
    height: int
    widths: tuple[int, ...]
    alt: str

    @classmethod
    def of(cls, line: OrderLine) -> Self | None:
        """Return the picture of a line, or None where it has none."""
        kept = line.picture
        if not kept or not kept.get("widths"):
            return None
        return cls(kept["stem"], kept["width"], kept["height"], tuple(kept["widths"]), kept.get("alt", ""))

    @property
    def src(self) -> str:
        """Return the address of the smallest file, which is large enough for a line."""
        return f"/media/{self.stem}-{self.widths[0]}.webp"

    def srcset(self, kind: str) -> str:
        """Return the two smallest widths in one format (avif, webp)."""
        return ", ".join(f"/media/{self.stem}-{width}.{kind} {width}w" for width in self.widths[:2])


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as it is shown: what one piece cost, what all of them did, what was taken off and added, and
    whom a gift card is for.
    """

    id: UUID
    name: str
    options: str
    sku: str
    slug: str
    picture: LinePicture | None
    quantity: int
    unit: Money
    amount: Money
    discount: Money
    tax_rate: str
    returned: int
    said: str


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One step of an order's way; ``state`` is done, current, todo or failed, ``at`` when it was reached."""

    title: str
    state: str
    at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One row of the totals; ``kind`` is line, discount, total, paid or due."""

    label: str
    amount: Money | None
    kind: str = "line"
    note: str = ""


def expected_days(order: Order, formats: Formats) -> str:
    """Return the days between which the order should arrive, empty without days."""
    if order.delivery_from is None or order.delivery_to is None:
        return ""
    return formats.span(order.delivery_from, order.delivery_to)


def paid_with(events: Sequence[OrderEvent]) -> str:
    """Return what paid ("Visa ending 4242"), empty while nothing did."""
    return next((str(event.data.get("method", "")) for event in events if event.kind == "paid"), "")


def timeline(
    order: Order,
    events: Sequence[OrderEvent],
    refunds: Sequence[Refund],
    returns: Sequence[ReturnRequest] = (),
    gifts: Sequence[TimelineStep] = (),
    *,
    formats: Formats,
) -> list[TimelineStep]:
    """Return the way of an order: payment, parcel, gift cards, what is returned, and what was refunded."""
    placed = TimelineStep(_("Order placed"), "done", order.placed_at)
    if order.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED):
        steps = [placed, *_ended(order, events)]
    else:
        steps = [placed, *_way(order, events, gifts, formats)]
        if is_called_back(order.status, order.refund_status):
            steps = [step for step in steps if step.state == "done"]
    return [
        *steps,
        *(_return(request) for request in returns),
        *(_refund(order, refund, formats) for refund in refunds if refund.amount),
    ]


def shown_lines(order: Order, lines: Sequence[OrderLine], formats: Formats) -> list[ShownLine]:
    """Return the lines of an order as pages show them."""
    return [
        ShownLine(
            id=line.id,
            name=line.name,
            options=line.options,
            sku=line.sku,
            slug=line.page_slug,
            picture=LinePicture.of(line),
            quantity=line.quantity,
            unit=Money(line.unit_price, order.currency),
            amount=Money(line.gross, order.currency),
            discount=Money(-line.discount, order.currency),
            tax_rate=formats.percent(line.tax_rate, PPM),
            returned=line.refunded_quantity,
            said=gift_said(line, formats),
        )
        for line in lines
    ]


def gift_said(line: OrderLine, formats: Formats) -> str:
    """Return whom the gift cards of a line are for and when they go out, empty for other pieces."""
    said = line.details or {}
    if not line.is_gift_card or not said.get("recipient_email"):
        return ""
    day, address = said.get("deliver_on", ""), said["recipient_email"]
    name = said.get("recipient_name") or address
    if not day:
        return _("For %(name)s, by e-mail to %(address)s", name=name, address=address)
    when = formats.day(date.fromisoformat(day))
    return _("For %(name)s, by e-mail to %(address)s, on %(day)s", name=name, address=address, day=when)


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


def _told(order: Order, steps: Sequence[dict[str, Any]], formats: Formats) -> list[tuple[str, Money | None]]:
    return [
        (
            tell(step, order.currency, formats),
            None if step["amount"] is None else Money(step["amount"], order.currency),
        )
        for step in steps
    ]


def _ended(order: Order, events: Sequence[OrderEvent]) -> list[TimelineStep]:
    words = words_for(order.status)
    paid = [TimelineStep(_("Paid"), "done", order.paid_at, paid_with(events))] if order.paid_at else []
    why = next((event.note for event in events if event.kind == order.status.value and event.note), "")
    ended_at = order.cancelled_at or order.expired_at
    return [*paid, TimelineStep(str(words.label), "failed", ended_at, why or str(words.sentence))]


def _way(
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
        done = not before(order.status, status)
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
        return _refused_refund(order, refund, formats)
    return TimelineStep(
        _("%(amount)s on its way back to you", amount=amount), "current", refund.created_at, refund.reason
    )


def _refused_refund(order: Order, refund: Refund, formats: Formats) -> TimelineStep:
    """Return what its customer reads of a refund that the processor has refused so far."""
    owed = formats.amount(Money(refund.charged_amount, order.currency))
    told = [
        refund.reason,
        _("Our payment provider has not accepted it yet. We see to it; you need to do nothing."),
    ]
    if refund.gift_card_amount:
        back = formats.amount(Money(refund.gift_card_amount, order.currency))
        told.append(_("%(amount)s is back on the gift card that paid.", amount=back))
    title = _("%(amount)s still to be paid back", amount=owed)
    return TimelineStep(title, "current", refund.created_at, " ".join(filter(None, told)))
