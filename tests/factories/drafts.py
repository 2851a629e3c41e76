"""An order draft and its order, neither of them in a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from kashcraft.core.ids import new_id
from kashcraft.orders.models import Order, OrderStatus
from kashcraft.orders.rules import Delivery, DraftLine, OrderDraft, order_values
from kashcraft.pricing.rules import CartToPrice, GiftCardTerms, LineToPrice, ShippingChoice, quote

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def made_draft(*, inclusive: bool = False) -> OrderDraft:
    """Return two shawls at 25.00 and a gift card of 30.00, tax 20 %, delivery 5.00; 40.00 by gift card."""
    shawl, card = UUID(int=1), UUID(int=2)

    def line(key: UUID, price: int, **values: Any) -> LineToPrice:
        return LineToPrice(key=key, product_id=key, unit_price=price, regular_price=price, **values)

    cart = CartToPrice(
        currency="USD",
        tax_inclusive=inclusive,
        lines=(
            line(shawl, 2500, quantity=2, tax_rate=200_000, name="Shawl"),
            line(card, 3000, quantity=1, tax_rate=0, name="Gift card", is_gift_card=True),
        ),
        shipping=ShippingChoice(code="standard", name="Standard", price=500, tax_rate=200_000),
        gift_cards=(GiftCardTerms(reference="c", label="…7K4M", balance=4000, currency="USD"),),
    )
    return OrderDraft(
        checkout_id=UUID(int=9),
        email="Ada@Shop.example ",
        shipping_address={"country": "US", "full_name": "Ada King"},
        billing_address={"country": "DE"},
        delivery=Delivery(code="standard", name="Standard", earliest=date(2026, 3, 5)),
        quote=quote(cart),
        lines=(
            DraftLine(key=shawl, product_id=shawl, sku="SH", name="Shawl", page_slug="shawl"),
            DraftLine(key=card, product_id=card, sku="GC", name="Gift card", page_slug="gift-card"),
        ),
    )


def made_order(status: OrderStatus = OrderStatus.PENDING, **values: Any) -> Order:
    """Return the unsaved order of ``made_draft``, with other ``values`` where they are given."""
    row = {**order_values(made_draft()), "locale": "en_US", "refunded_total": 0}
    times = {"placed_at": NOW, "expires_at": NOW + timedelta(minutes=30), "delivery_to": date(2026, 3, 9)}
    return Order(id=new_id(), status=status, **{**row, **times, **values})
