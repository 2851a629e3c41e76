"""The gift cards of an order: whom each is for, and whether its e-mail has gone out."""

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
    """The gift cards of a line as pages and e-mails show them; ``told`` is what becomes of them in words, and
    ``state`` that of a step of the timeline.
    """

    line_id: OrderLineId
    recipient: str
    address: str
    message: str
    value: Money
    quantity: int
    picture: LinePicture | None
    told: str
    state: str


def shown_gifts(
    order: Order, lines: Sequence[OrderLine], cards: Mapping[OrderLineId, CardState], written: Formats
) -> list[ShownGift]:
    """Return the gift cards of an order, line by line; ``cards`` are those that were issued, by line."""
    return [_shown(order, line, cards.get(line.id), written) for line in lines if line.is_gift_card]


def gift_steps(gifts: Sequence[ShownGift]) -> list[TimelineStep]:
    """Return what the timeline of their order tells of gift cards."""
    return [TimelineStep(gift.told, gift.state, text=gift.address) for gift in gifts]


def _shown(order: Order, line: OrderLine, card: CardState | None, written: Formats) -> ShownGift:
    said = {name: str(value) for name, value in (line.details or {}).items()}
    address = said.get("recipient_email", "")
    name = (said.get("recipient_name") or address) if address else _("you")
    told, state = _told(name, said.get("deliver_on", ""), card, written)
    return ShownGift(
        line_id=line.id,
        recipient=name,
        address=address or order.email,
        message=said.get("message", ""),
        value=Money(line.unit_price, order.currency),
        quantity=line.quantity,
        picture=_picture(line, said.get("design", "")),
        told=told,
        state=state,
    )


def _told(name: str, day: str, card: CardState | None, written: Formats) -> tuple[str, str]:
    if card is not None and card.cancelled:
        return _("Cancelled: gift card for %(name)s", name=name), "failed"
    if card is not None and card.sent_at is not None:
        return _("Sent to %(name)s on %(day)s", name=name, day=written.day(card.sent_at)), "done"
    if card is not None and not day:
        return _("On its way to %(name)s", name=name), "current"
    when = written.day(date.fromisoformat(day)) if day else ""
    if not when:
        return _("Sent to %(name)s as soon as it is paid", name=name), "todo"
    state = "todo" if card is None else "current"
    return _("Will be sent to %(name)s on %(day)s", name=name, day=when), state


def _picture(line: OrderLine, design: str) -> LinePicture | None:
    """Return the picture that the buyer chose for the card, made in the same sizes as that of its page."""
    picture = LinePicture.of(line)
    return replace(picture, stem=design) if picture and design else picture
