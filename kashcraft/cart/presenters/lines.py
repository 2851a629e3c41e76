"""Labels and notes of cart lines: names, changed prices and stock, recipients of gift cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kashcraft.cart.rules import CartItem, Contents, Gift
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext
from kashcraft.core.money import Money
from kashcraft.product_cards.rules import FEW


@dataclass(frozen=True, slots=True)
class LineNote:
    """A note beside a line. A note that ``blocks`` prevents the order.

    ``until`` is when the stock may change.
    """

    code: str
    text: str
    blocks: bool = False
    until: datetime | None = None


def line_label(item: CartItem) -> str:
    """Return a label that distinguishes a line from all others, for example for screen readers."""
    name = f"{item.name}, {item.options}" if item.options else item.name
    return gift_label(item.gift, name) if item.gift else name


def obstacle(cart: Contents) -> str:
    """Return why a cart cannot be ordered, naming the reason that all blocked lines have in common."""
    blocked = [item for item in cart.items if not item.can_be_bought]
    if blocked and all(item.is_held for item in blocked):
        return _("Somebody else is paying for something in your bag now.")
    if blocked and all(item.is_active and item.free >= item.limit for item in blocked):
        return _("Your bag holds more of something than one order may.")
    return _("Something in your bag was sold in the meantime.")


def line_notes(item: CartItem, formats: Formats) -> list[LineNote]:
    """Return the notes of a line about stock, limits and changed prices."""
    if not item.is_active:
        return [LineNote("no_longer_made", _("This item is no longer made."), blocks=True)]
    stock = _stock_note(item)
    notes = [stock] if stock else []
    if item.unit_price != item.seen_price:
        seen, now = Money(item.seen_price, item.currency), item.price
        before, after = formats.amount(seen), formats.amount(now)
        if now > seen:
            text = _("The price has risen from %(before)s to %(after)s.", before=before, after=after)
        else:
            text = _("The price has fallen from %(before)s to %(after)s.", before=before, after=after)
        notes.append(LineNote("price_changed", text))
    return notes


def _stock_note(item: CartItem) -> LineNote | None:
    free, count = item.free, item.quantity
    if free <= 0 and item.is_held:
        return LineNote("held", _("Somebody is paying for it now."), blocks=True, until=item.held_until)
    if free <= 0:
        return LineNote("sold_out", _("Sold out since you added it."), blocks=True)
    if count > item.limit:
        text = _(
            "At most %(most)s of this per order; your bag asks for %(count)s.", most=item.limit, count=count
        )
        return LineNote("too_many", text, blocks=True)
    if free < count and item.is_held:
        text = ngettext(
            "Only %(num)s is free now; your bag asks for %(count)s. Somebody is paying for more.",
            "Only %(num)s are free now; your bag asks for %(count)s. Somebody is paying for more.",
            free,
            count=count,
        )
        return LineNote("too_few", text, blocks=True, until=item.held_until)
    if free < count:
        text = _("Only %(free)s left; your bag asks for %(count)s.", free=free, count=count)
        return LineNote("too_few", text, blocks=True)
    if free <= FEW:
        return LineNote("few_left", _("Only %(count)s left.", count=free))
    return (
        LineNote("most", _("At most %(most)s of this per order.", most=count))
        if count == item.limit
        else None
    )


def gift_label(gift: Gift, card: str) -> str:
    """Return the label of a gift card: its name and its recipient."""
    if gift.for_buyer:
        return _("%(name)s, for you", name=card)
    return _("%(name)s, for %(recipient)s", name=card, recipient=gift.recipient_name or gift.recipient_email)


def gift_sentence(gift: Gift, formats: Formats) -> str:
    """Return the recipient and the delivery date of a gift card as one sentence, without the message."""
    day = formats.day(gift.deliver_on) if gift.deliver_on else ""
    if gift.for_buyer and day:
        return _("For you, sent on %(day)s to your own e-mail address", day=day)
    if gift.for_buyer:
        return _("For you, sent as soon as it is paid to your own e-mail address")
    recipient = {"name": gift.recipient_name, "address": gift.recipient_email}
    if day:
        return _("For %(name)s, sent on %(day)s to %(address)s", day=day, **recipient)
    return _("For %(name)s, sent as soon as it is paid to %(address)s", **recipient)
