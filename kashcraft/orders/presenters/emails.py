"""Template values of the e-mails about an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kashcraft.accounts.rules import Address, lines
from kashcraft.core.email_addresses import without_links
from kashcraft.core.formats import Formats
from kashcraft.core.ids import OrderLineId
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderLine
from kashcraft.orders.presenters.gifts import ShownGift
from kashcraft.orders.presenters.timeline import expected_days
from kashcraft.orders.presenters.totals import totals

NO_PICTURES: Mapping[OrderLineId, dict[str, object]] = {}
# The width of pictures in an e-mail, in CSS pixels.
PICTURE_WIDTH = 88


def picture(line: OrderLine) -> dict[str, object]:
    """Return the picture of a line for an e-mail."""
    stored = line.picture or {}
    height = round(PICTURE_WIDTH * stored["height"] / stored["width"])
    alt = stored.get("alt", "")
    return {"stem": stored["stem"], "width": PICTURE_WIDTH, "height": height, "alt": alt}


def about(order: Order) -> dict[str, object]:
    """Return the values that every e-mail about an order needs: number, id for the signed link, and name."""
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
    """Return the values of the order confirmation.

    They are its items, totals, address, expected days, payment method and gift cards. ``pictures`` are
    the pictures of those lines that have one for e-mails. The status of a gift card contains the name that
    the buyer has typed, so no link in it works.
    """

    def formatted(minor: int) -> str:
        return formats.amount(Money(minor, order.currency))

    return {
        **about(order),
        "lines": [
            {
                "name": line.name, "options": line.options, "quantity": line.quantity,
                "amount": formatted(line.gross), "picture": pictures.get(line.id),
            }
            for line in order_lines
        ],
        "totals": _totals(order, formats),
        "address": lines(Address.from_dict(order.shipping_address)),
        "delivery": order.delivery_name,
        "expected": expected_days(order, formats),
        "method": method,
        "by_email": order.by_email,
        "gifts": [{"told": without_links(gift.status_text), "address": gift.address} for gift in gifts],
    }  # fmt: skip


def _totals(order: Order, formats: Formats) -> list[dict[str, str]]:
    return [
        {
            "label": row.label,
            "note": row.note if row.amount is not None else "",
            "amount": row.note if row.amount is None else formats.amount(row.amount),
        }
        for row in totals(order, formats)
    ]


def shipped(
    order: Order,
    order_lines: Sequence[OrderLine],
    formats: Formats,
    pictures: Mapping[OrderLineId, dict[str, object]] = NO_PICTURES,
) -> dict[str, object]:
    """Return the values of the e-mail about a shipped parcel: its items, its address and the expected days.

    Gift cards and refunded units are left out.
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
    """Return the values of the e-mail about a refund of ``amount`` minor units.

    ``to_gift_cards`` is the part of the amount that is returned to gift cards, ``points`` the number of
    points returned to the member.
    """

    def formatted(minor: int) -> str:
        return formats.amount(Money(minor, order.currency)) if minor else ""

    return {
        **about(order),
        "amount": formatted(amount),
        "reason": reason,
        "to_gift_cards": formatted(to_gift_cards) if to_gift_cards != amount else "",
        "only_gift_cards": bool(amount) and to_gift_cards == amount,
        "points": formats.number(points) if points else "",
    }
