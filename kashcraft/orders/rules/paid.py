"""The data of a paid order for the event OrderPaid: its lines and the details of its gift cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo

from kashcraft.events.orders import GiftDetails, PaidLine
from kashcraft.orders.rules.sold import SoldLine, SoldOrder

# The local time at which gift cards with a chosen day are sent.
GIFT_CARD_SEND_TIME = time(8)


def paid_lines(order: SoldOrder, lines: Sequence[SoldLine], zone: tzinfo) -> tuple[PaidLine, ...]:
    """Return the lines of an order for OrderPaid; ``zone`` is the shop's time zone."""
    return tuple(
        PaidLine(
            line_id=line.id,
            product_id=line.product_id,
            quantity=line.quantity,
            net=net_of(order, line),
            is_gift_card=line.is_gift_card,
            unit_price=line.unit_price,
            gift=gift_details(order, line, zone) if line.is_gift_card else None,
        )
        for line in lines
    )


def net_of(order: SoldOrder, line: SoldLine) -> int:
    """Return the price of a line after discounts and without tax, whether or not prices include tax."""
    return line.gross - line.discount - (line.tax if order.prices_include_tax else 0)


def gift_details(order: SoldOrder, line: SoldLine, zone: tzinfo) -> GiftDetails:
    """Return the buyer's input for the gift cards of a line.

    Without a recipient the buyer receives them.
    """
    details = {name: str(value) for name, value in (line.details or {}).items()}
    buyer = str(order.billing_address.get("full_name") or order.shipping_address.get("full_name", ""))
    day = details.get("deliver_on", "")
    morning = datetime.combine(date.fromisoformat(day), GIFT_CARD_SEND_TIME, zone) if day else None
    return GiftDetails(
        recipient_name=details.get("recipient_name") or buyer,
        recipient_email=details.get("recipient_email") or order.email,
        buyer_email=order.email,
        currency=order.currency,
        buyer_name=buyer,
        message=details.get("message", ""),
        design=details.get("design", ""),
        deliver_at=morning.astimezone(UTC) if morning else None,
    )
