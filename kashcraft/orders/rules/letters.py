"""What the letters about an order say, as the plain values that their templates are filled with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kashcraft.accounts.rules import Address, lines
from kashcraft.core.money import Money
from kashcraft.orders.models import Order, OrderLine
from kashcraft.orders.rules.page import totals, written_span


def about(order: Order) -> dict[str, Any]:
    """Return what every letter about an order needs: its number, its id for the signed link, and a name."""
    name = str(order.shipping_address.get("full_name", ""))
    return {"order_id": str(order.id), "number": order.number, "name": name}


def confirmation(order: Order, order_lines: Sequence[OrderLine], method: str) -> dict[str, Any]:
    """Return what the confirmation says: pieces, totals, where to and when, and what paid."""

    def written(minor: int) -> str:
        return Money(minor, order.currency).format(order.locale)

    return {
        **about(order),
        "lines": [
            {
                "name": line.name, "options": line.options, "quantity": line.quantity,
                "amount": written(line.gross),
            }
            for line in order_lines
        ],
        "totals": [
            {"label": row.label, "amount": written(row.amount.minor) if row.amount else row.note}
            for row in totals(order)
        ],
        "address": lines(Address.from_dict(order.shipping_address)),
        "delivery": order.delivery_name,
        "expected": written_span(order.delivery_from, order.delivery_to),
        "method": method,
    }  # fmt: skip


def refund(
    order: Order, amount: int, reason: str, *, to_gift_cards: int = 0, points: int = 0
) -> dict[str, Any]:
    """Return what the letter about a refund of ``amount`` minor units says: ``to_gift_cards`` of it go back
    to the gift cards that paid, and so many points to the member's account.
    """

    def written(minor: int) -> str:
        return Money(minor, order.currency).format(order.locale) if minor else ""

    return {
        **about(order),
        "amount": written(amount),
        "reason": reason,
        "to_gift_cards": written(to_gift_cards) if to_gift_cards != amount else "",
        "only_gift_cards": bool(amount) and to_gift_cards == amount,
        "points": f"{points:,}" if points else "",
    }
