"""What the letters about an order say, as the plain values that their templates are filled with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kashcraft.accounts.rules import Address, lines
from kashcraft.core.formats import Formats
from kashcraft.core.ids import OrderLineId
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderLine
from kashcraft.orders.presenters.gifts import ShownGift
from kashcraft.orders.presenters.timeline import expected_days
from kashcraft.orders.presenters.totals import totals

NO_PICTURES: Mapping[OrderLineId, dict[str, object]] = {}
# How wide pictures are shown in an e-mail.
PICTURE_WIDTH = 88


def picture(line: OrderLine) -> dict[str, object]:
    """Return a line's picture as an e-mail shows it."""
    kept = line.picture or {}
    height = round(PICTURE_WIDTH * kept["height"] / kept["width"])
    alt = kept.get("alt", "")
    return {"stem": kept["stem"], "width": PICTURE_WIDTH, "height": height, "alt": alt}


def about(order: Order) -> dict[str, object]:
    """Return what every letter about an order needs: its number, its id for the signed link, and a name."""
    name = str(order.shipping_address.get("full_name", ""))
    return {"order_id": str(order.id), "number": order.number, "name": name}


def confirmation(
    order: Order,
    order_lines: Sequence[OrderLine],
    method: str,
    formats: Formats,
    gifts: Sequence[ShownGift] = (),
    pictures: Mapping[OrderLineId, dict[str, object]] = NO_PICTURES,
) -> dict[str, object]:
    """Return what the confirmation says: items, totals, where to and when, and what paid; of gift cards to
    whom each goes and when. ``pictures`` are those of the lines that have one for e-mails.
    """

    def written(minor: int) -> str:
        return formats.amount(Money(minor, order.currency))

    return {
        **about(order),
        "lines": [
            {
                "name": line.name, "options": line.options, "quantity": line.quantity,
                "amount": written(line.gross), "picture": pictures.get(line.id),
            }
            for line in order_lines
        ],
        "totals": [
            {
                "label": row.label, "note": row.note if row.amount is not None else "",
                "amount": row.note if row.amount is None else formats.amount(row.amount),
            }
            for row in totals(order, formats)
        ],
        "address": lines(Address.from_dict(order.shipping_address)),
        "delivery": order.delivery_name,
        "expected": expected_days(order, formats),
        "method": method,
        "by_email": order.by_email,
        "gifts": [{"told": gift.told, "address": gift.address} for gift in gifts],
    }  # fmt: skip


def shipped(
    order: Order,
    order_lines: Sequence[OrderLine],
    formats: Formats,
    pictures: Mapping[OrderLineId, dict[str, object]] = NO_PICTURES,
) -> dict[str, object]:
    """Return what the e-mail says that tells of a parcel: what is in it, where to and when. Gift cards and
    what was refunded are not in it.
    """
    packed = [(line, line.quantity - line.refunded_quantity) for line in order_lines if not line.is_gift_card]
    return {
        **about(order),
        "lines": [
            {
                "name": line.name,
                "options": line.options,
                "quantity": units,
                "picture": pictures.get(line.id),
            }
            for line, units in packed
            if units
        ],
        "address": lines(Address.from_dict(order.shipping_address)),
        "delivery": order.delivery_name,
        "expected": expected_days(order, formats),
    }


def refund(
    order: Order, amount: int, reason: str, formats: Formats, *, to_gift_cards: int = 0, points: int = 0
) -> dict[str, object]:
    """Return what the letter about a refund of ``amount`` minor units says: ``to_gift_cards`` of it go back
    to the gift cards that paid, and so many points to the member's account.
    """

    def written(minor: int) -> str:
        return formats.amount(Money(minor, order.currency)) if minor else ""

    return {
        **about(order),
        "amount": written(amount),
        "reason": reason,
        "to_gift_cards": written(to_gift_cards) if to_gift_cards != amount else "",
        "only_gift_cards": bool(amount) and to_gift_cards == amount,
        "points": formats.number(points) if points else "",
    }
