"""What a paid order tells the others: its lines, and whom its gift cards are for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo

from kashcraft.events.orders import GiftDetails, PaidLine
from kashcraft.orders.rules.sold import SoldLine, SoldOrder

# A gift card that waits for its day goes out in the morning of the shop.
GIFTS_GO_OUT = time(8)


def paid_lines(order: SoldOrder, lines: Sequence[SoldLine], zone: tzinfo) -> tuple[PaidLine, ...]:
    """Return the lines as others need them; ``zone`` is where the shop's days begin."""
    return tuple(
        PaidLine(
            line_id=line.id,
            product_id=line.product_id,
            quantity=line.quantity,
            net=net_of(order, line),
            is_gift_card=line.is_gift_card,
            unit_price=line.unit_price,
            gift=gift_of(order, line, zone) if line.is_gift_card else None,
        )
        for line in lines
    )


def net_of(order: SoldOrder, line: SoldLine) -> int:
    """Return what a line cost after discounts and without tax, in both tax modes."""
    return line.gross - line.discount - (line.tax if order.prices_include_tax else 0)


def gift_of(order: SoldOrder, line: SoldLine, zone: tzinfo) -> GiftDetails:
    """Return what the buyer said of the gift cards of a line; one who named nobody gets them."""
    said = {name: str(value) for name, value in (line.details or {}).items()}
    buyer = str(order.billing_address.get("full_name") or order.shipping_address.get("full_name", ""))
    day = said.get("deliver_on", "")
    morning = datetime.combine(date.fromisoformat(day), GIFTS_GO_OUT, zone) if day else None
    return GiftDetails(
        recipient_name=said.get("recipient_name") or buyer,
        recipient_email=said.get("recipient_email") or order.email,
        buyer_email=order.email,
        currency=order.currency,
        buyer_name=buyer,
        message=said.get("message", ""),
        design=said.get("design", ""),
        deliver_at=morning.astimezone(UTC) if morning else None,
    )
