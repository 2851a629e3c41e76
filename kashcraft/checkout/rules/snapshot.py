"""The snapshot of an order that a buyer agrees to, and its comparison with the current order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kashcraft.accounts.rules import Address, lines
from kashcraft.cart.presenters import line_label
from kashcraft.cart.rules import CartItem, details_key_of
from kashcraft.core.ids import CheckoutId
from kashcraft.orders.rules import Delivery
from kashcraft.pricing.rules import Quote


def order_snapshot(
    *,
    checkout_id: CheckoutId | None,
    items: Sequence[CartItem],
    priced: Quote,
    delivery: Delivery | None,
    address: Address | None,
    billing: Address | None,
    email: str | None,
) -> dict[str, Any]:
    """Return everything that a buyer agrees to with the order button, as plain JSON; amounts are minor units.

    ``billing`` is empty in it if it equals the delivery address.
    """
    voucher, reward, points = priced.voucher, priced.reward, priced.points
    return {
        "checkout": str(checkout_id or ""),
        "total": priced.total,
        "due": priced.due,
        "tax": priced.tax,
        "email": email or "",
        "address": ", ".join(lines(address)) if address else "",
        "billing": ", ".join(lines(billing)) if billing and billing != address else "",
        "delivery": [str(delivery.name), *_days(delivery)] if delivery else [],
        "delivery_price": priced.shipping_charged,
        "lines": {_key(item): [line_label(item), item.quantity, item.unit_price] for item in items},
        "voucher": [voucher.code, voucher.discount] if voucher else [],
        "reward": [reward.name, reward.discount] if reward else [],
        "points": [points.points, points.discount] if points else [],
        "gift_cards": {str(card.reference): [card.label, card.amount] for card in priced.gift_card_payments},
    }


def _key(item: CartItem) -> str:
    return f"{item.product_id}/{details_key_of(item.gift.to_dict()) if item.gift else ''}"


def _days(delivery: Delivery) -> list[str]:
    return [day.isoformat() for day in (delivery.earliest, delivery.latest) if day]


def is_same_order(seen: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Return whether two snapshots are of the same order.

    Names of products and gift cards are not compared, because the ids identify them.
    """
    return _nameless(seen) == _nameless(now)


def _nameless(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    named = ("lines", "gift_cards")
    return {
        **snapshot,
        **{name: {key: values[1:] for key, values in snapshot[name].items()} for name in named},
    }
