"""An order as its page, its invoice and its letters show it: pictures, progress, totals, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

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

# Steps of the trace that the totals beside it show already.
IN_THE_TOTALS = {"line", "total", "due"}
DISCOUNTS = {"voucher": _l("Voucher"), "reward": _l("Reward"), "points": _l("Points")}


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
    """One step of an order's way; ``state`` is done, current, todo or failed."""

    title: str
    state: str
    text: str = ""
    when: str = ""
    datetime: str = ""


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One row of the totals; ``kind`` is line, discount, total, paid or due."""

    label: str
    amount: Money | None
    kind: str = "line"
    note: str = ""


def written_day(day: date) -> str:
    """Return a day as pages write it: 2 March 2026."""
    return f"{day.day} {day:%B %Y}"


def written_time(moment: datetime) -> str:
    """Return a moment as pages write it: 2 March 2026, 10:00 UTC."""
    return f"{written_day(moment)}, {moment:%H:%M} UTC"


def written_span(first: date | None, last: date | None) -> str:
    """Return the days between which something arrives, repeating no month and no year; empty without days."""
    if first is None or last is None:
        return ""
    if first == last:
        return written_day(first)
    begin = written_day(first)
    if (first.year, first.month) == (last.year, last.month):
        begin = str(first.day)
    elif first.year == last.year:
        begin = f"{first.day} {first:%B}"
    return _("%(first)s to %(last)s", first=begin, last=written_day(last))


def paid_with(events: Sequence[OrderEvent]) -> str:
    """Return what paid ("Visa ending 4242"), empty while nothing did."""
    return next((str(event.data.get("method", "")) for event in events if event.kind == "paid"), "")


def timeline(
    order: Order,
    events: Sequence[OrderEvent],
    refunds: Sequence[Refund],
    returns: Sequence[ReturnRequest] = (),
) -> list[TimelineStep]:
    """Return the way of an order: payment, workshop, parcel, what is sent back, and what was refunded."""
    placed = _step(_("Order placed"), "done", order.placed_at)
    if order.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED):
        steps = [placed, *_ended(order, events)]
    else:
        steps = [placed, *_way(order, events)]
        if is_called_back(order.status, order.refund_status):
            steps = [step for step in steps if step.state == "done"]
    return [
        *steps,
        *(_return(request) for request in returns),
        *(_refund(order, refund) for refund in refunds if refund.amount),
    ]


def shown_lines(order: Order, lines: Sequence[OrderLine]) -> list[ShownLine]:
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
            tax_rate=f"{(Decimal(line.tax_rate) / 10_000).normalize():f}%",
            returned=line.refunded_quantity,
            said=gift_said(line),
        )
        for line in lines
    ]


def gift_said(line: OrderLine) -> str:
    """Return whom the gift cards of a line are for and when they go out, empty for other pieces."""
    said = line.details or {}
    if not line.is_gift_card or not said.get("recipient_email"):
        return ""
    day, address = said.get("deliver_on", ""), said["recipient_email"]
    name = said.get("recipient_name") or address
    if not day:
        return _("For %(name)s, by e-mail to %(address)s", name=name, address=address)
    when = written_day(date.fromisoformat(day))
    return _("For %(name)s, by e-mail to %(address)s, on %(day)s", name=name, address=address, day=when)


def totals(order: Order, refunds: Sequence[Refund] = ()) -> list[TotalRow]:
    """Return the totals exactly as the order was placed, and what was refunded since: what the processor has
    refused of ``refunds`` is still to come.
    """

    def money(minor: int) -> Money:
        return Money(minor, order.currency)

    rows = [TotalRow(_("Subtotal"), money(order.subtotal)), *_discounts(order)]
    shipping = money(order.shipping_total) if order.shipping_total else None
    rows.append(TotalRow(_("Delivery"), shipping, note=order.delivery_name if shipping else _("Free")))
    if order.tax_total and not order.prices_include_tax:
        rows.append(TotalRow(_("Tax"), money(order.tax_total)))
    inside = (
        _("Includes %(amount)s tax", amount=money(order.tax_total).format(order.locale))
        if order.prices_include_tax
        else ""
    )
    rows.append(TotalRow(_("Total"), money(order.total), "total", inside))
    if order.gift_card_total:
        cards = [step for step in order.trace if step["step"] == "gift_card"]
        rows += [
            TotalRow(
                _("Gift card"),
                money(step["amount"]),
                "paid",
                step["text"].removeprefix(_("Paid by gift card %(digits)s", digits="")),
            )
            for step in cards
        ]
        rows.append(TotalRow(_("Charged") if order.paid_at else _("To pay"), money(order.amount_due), "due"))
    owed = sum(refund.charged_amount for refund in refunds if refund.state is RefundState.FAILED)
    if order.refunded_total > owed:
        rows.append(TotalRow(_("Refunded"), money(owed - order.refunded_total), "paid"))
    if owed:
        rows.append(TotalRow(_("Refund still to come"), money(-owed), "paid"))
    return rows


def _discounts(order: Order) -> list[TotalRow]:
    """Return what voucher, reward and points took off, each with what it was."""
    notes = {
        "voucher": order.voucher_code or "",
        "points": ngettext(
            "%(num)s point", "%(num)s points", order.points_spent, num=f"{order.points_spent:,}"
        ),
    }
    return [
        TotalRow(
            DISCOUNTS[step["step"]],
            Money(step["amount"], order.currency),
            "discount",
            notes.get(step["step"], step["text"].removeprefix(_("Reward: %(name)s", name=""))),
        )
        for step in order.trace
        if step["step"] in DISCOUNTS and step["amount"]
    ]


def reasons(order: Order) -> list[tuple[str, Money | None]]:
    """Return why the order costs what it costs, as sentences with amounts, beyond its lines and sums."""
    return _told(order, [step for step in order.trace if step["step"] not in IN_THE_TOTALS])


def whole_trace(order: Order) -> list[tuple[str, Money | None]]:
    """Return every step by which the order's price was worked out, as sentences with amounts."""
    return _told(order, order.trace)


def _told(order: Order, steps: Sequence[dict[str, Any]]) -> list[tuple[str, Money | None]]:
    return [
        (step["text"], None if step["amount"] is None else Money(step["amount"], order.currency))
        for step in steps
    ]


def _step(title: str, state: str, at: datetime | None, text: str = "") -> TimelineStep:
    return TimelineStep(
        title, state, text, when=written_time(at) if at else "", datetime=at.isoformat() if at else ""
    )


def _ended(order: Order, events: Sequence[OrderEvent]) -> list[TimelineStep]:
    words = words_for(order.status)
    paid = [_step(_("Paid"), "done", order.paid_at, paid_with(events))] if order.paid_at else []
    return [*paid, _step(words.label, "failed", order.cancelled_at or order.expired_at, words.sentence)]


def _way(order: Order, events: Sequence[OrderEvent]) -> list[TimelineStep]:
    expected = written_span(order.delivery_from, order.delivery_to)
    held = (
        _("Your items are held until %(time)s.", time=written_time(order.expires_at))
        if order.expires_at
        else ""
    )
    payment = paid_with(events) if order.paid_at else held
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
    for status, ahead, reached, at, text in steps:
        done = not before(order.status, status)
        shown.append(_step(reached if done else ahead, "done" if done else "todo", at, text))
    current = next((index for index, step in enumerate(shown) if step.state == "todo"), None)
    if current is not None:
        step = shown[current]
        shown[current] = TimelineStep(step.title, "current", step.text, step.when, step.datetime)
    return shown


def _return(request: ReturnRequest) -> TimelineStep:
    title, state = RETURN_LABELS[request.state]
    if request.state is ReturnState.RECEIVED and request.refund_id is None:
        state = "current"
    at = request.received_at or request.decided_at or request.requested_at
    return _step(title, state, at, request.answer)


def _refund(order: Order, refund: Refund) -> TimelineStep:
    amount = Money(refund.amount, order.currency).format(order.locale)
    if refund.state is RefundState.DONE:
        return _step(_("%(amount)s refunded", amount=amount), "done", refund.done_at, refund.reason)
    if refund.state is RefundState.FAILED:
        return _refused_refund(order, refund)
    return _step(
        _("%(amount)s on its way back to you", amount=amount), "current", refund.created_at, refund.reason
    )


def _refused_refund(order: Order, refund: Refund) -> TimelineStep:
    """Return what its customer reads of a refund that the processor has refused so far."""
    owed = Money(refund.charged_amount, order.currency).format(order.locale)
    told = [
        refund.reason,
        _("Our payment provider has not accepted it yet. We see to it; you need to do nothing."),
    ]
    if refund.gift_card_amount:
        back = Money(refund.gift_card_amount, order.currency).format(order.locale)
        told.append(_("%(amount)s is back on the gift card that paid.", amount=back))
    title = _("%(amount)s still to be paid back", amount=owed)
    return _step(title, "current", refund.created_at, " ".join(filter(None, told)))
