"""The lines of an order as pages show them, with the pictures that the order kept."""

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
    said: str


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
