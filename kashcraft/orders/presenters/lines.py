"""The lines of an order as pages show them, with the pictures stored in the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import OrderLineId
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderLine
from kashcraft.pricing.rules import PPM


@dataclass(frozen=True, slots=True)
class LinePicture:
    """The picture of a product as it was stored in the order."""

    stem: str
    width: int
    height: int
    widths: tuple[int, ...]
    alt: str

    @classmethod
    def of(cls, line: OrderLine) -> Self | None:
        """Return the picture of a line, or None if it has none."""
        stored = line.picture
        if not stored or not stored.get("widths"):
            return None
        return cls(
            stored["stem"], stored["width"], stored["height"], tuple(stored["widths"]), stored.get("alt", "")
        )

    @property
    def src(self) -> str:
        """Return the URL of the smallest file, which is large enough for a line."""
        return f"/media/{self.stem}-{self.widths[0]}.webp"

    def srcset(self, kind: str) -> str:
        """Return the srcset of the two smallest widths in one format (avif or webp)."""
        return ", ".join(f"/media/{self.stem}-{width}.{kind} {width}w" for width in self.widths[:2])


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as pages show it.

    ``unit`` is the price of one unit, ``amount`` that of all units, ``returned`` the number of refunded
    units, ``gift_text`` the recipient and day of a gift card.
    """

    id: OrderLineId
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
    gift_text: str


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
            gift_text=gift_text(line, formats),
        )
        for line in lines
    ]


def gift_text(line: OrderLine, formats: Formats) -> str:
    """Return the recipient and the day of a line's gift cards as text, empty for other products."""
    details = line.details or {}
    if not line.is_gift_card or not details.get("recipient_email"):
        return ""
    day, address = details.get("deliver_on", ""), details["recipient_email"]
    name = details.get("recipient_name") or address
    if not day:
        return _("For %(name)s, by e-mail to %(address)s", name=name, address=address)
    when = formats.day(date.fromisoformat(day))
    return _("For %(name)s, by e-mail to %(address)s, on %(day)s", name=name, address=address, day=when)
