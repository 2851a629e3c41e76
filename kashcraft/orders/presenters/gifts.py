"""The gift cards of an order: their recipients and the status of their e-mails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import OrderLineId
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderLine
from kashcraft.orders.presenters.lines import LinePicture
from kashcraft.orders.presenters.timeline import TimelineStep
from kashcraft.orders.rules import CardState


@dataclass(frozen=True, slots=True)
class ShownGift:
    """The gift cards of a line as pages and e-mails show them.

    ``status_text`` is the status of their e-mail, ``state`` the state of its step in the timeline.
    """

    line_id: OrderLineId
    recipient: str
    address: str
    message: str
    value: Money
    quantity: int
    picture: LinePicture | None
    status_text: str
    state: str


def shown_gifts(
    order: Order, lines: Sequence[OrderLine], cards: Mapping[OrderLineId, CardState], formats: Formats
) -> list[ShownGift]:
    """Return the gift cards of an order, line by line; ``cards`` are the states of issued cards by line."""
    return [_shown(order, line, cards.get(line.id), formats) for line in lines if line.is_gift_card]


def gift_steps(gifts: Sequence[ShownGift]) -> list[TimelineStep]:
    """Return the steps of the order's timeline for its gift cards."""
    return [TimelineStep(gift.status_text, gift.state, text=gift.address) for gift in gifts]


def _shown(order: Order, line: OrderLine, card: CardState | None, formats: Formats) -> ShownGift:
    details = {name: str(value) for name, value in (line.details or {}).items()}
    address = details.get("recipient_email", "")
    name = (details.get("recipient_name") or address) if address else _("you")
    status_text, state = _email_status(name, details.get("deliver_on", ""), card, formats)
    return ShownGift(
        line_id=line.id,
        recipient=name,
        address=address or order.email,
        message=details.get("message", ""),
        value=Money(line.unit_price, order.currency),
        quantity=line.quantity,
        picture=_picture(line, details.get("design", "")),
        status_text=status_text,
        state=state,
    )


def _email_status(name: str, day: str, card: CardState | None, formats: Formats) -> tuple[str, str]:
    if card is not None and card.cancelled:
        return _("Cancelled: gift card for %(name)s", name=name), "failed"
    if card is not None and card.sent_at is not None:
        return _("Sent to %(name)s on %(day)s", name=name, day=formats.day(card.sent_at)), "done"
    if card is not None and not day:
        return _("On its way to %(name)s", name=name), "current"
    when = formats.day(date.fromisoformat(day)) if day else ""
    if not when:
        return _("Sent to %(name)s as soon as it is paid", name=name), "todo"
    state = "todo" if card is None else "current"
    return _("Will be sent to %(name)s on %(day)s", name=name, day=when), state


def _picture(line: OrderLine, design: str) -> LinePicture | None:
    """Return the picture that the buyer chose for the card; its sizes are those of the product's picture."""
    picture = LinePicture.of(line)
    return replace(picture, stem=design) if picture and design else picture
