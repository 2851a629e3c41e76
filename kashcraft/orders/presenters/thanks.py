"""The next steps of an order on its thank-you page."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.orders.models import Order
from kashcraft.orders.presenters.gifts import ShownGift
from kashcraft.orders.presenters.timeline import expected_days


def next_steps(order: Order, gifts: Sequence[ShownGift], formats: Formats) -> list[str]:
    """Return what happens next with a paid order, in order of time."""
    cards = [_("%(status)s (%(address)s)", status=gift.status_text, address=gift.address) for gift in gifts]
    if order.by_email:
        return [*cards, _("What is not spent stays on the card.")]
    days = expected_days(order, formats)
    arrives = _("It should arrive %(days)s.", days=days) if days else _("It goes to the address below.")
    return [
        _("We prepare and pack your order. Until we begin, you can cancel it on this page."),
        _("You get an e-mail when it ships."),
        arrives,
        *cards,
    ]
