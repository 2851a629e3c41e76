"""Orders for tests: drafts as the checkout makes them, and orders placed and paid through the services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kashcraft.catalogue.models import Product
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.inventory import services as stock
from kashcraft.orders import services
from kashcraft.orders.models import Order
from kashcraft.orders.rules import Delivery, DraftLine, OrderDraft
from kashcraft.payments import services as payments
from kashcraft.payments.models import Payment
from kashcraft.pricing.rules import Basket, BasketLine, GiftCardTerms, ShippingChoice, quote
from tests.factories.catalogue import make_product

ADDRESS = {
    "full_name": "Ada King", "street_address": "12 Larch Lane", "city": "Portland", "state": "OR",
    "postal_code": "97201", "country": "US",
}  # fmt: skip
PICTURE = {
    "stem": "shawl-0123456789ab",
    "width": 1280,
    "height": 1600,
    "widths": [320, 640],
    "alt": "A shawl",
}


def stocked(units: int, *, price: str = "40.00", name: str | None = None) -> Product:
    """Add a piece whose stock has arrived with a row in the ledger, and return it."""
    product = make_product(name, price=price, stock=0)
    if units:
        with step():
            stock.restock(product_id=product.id, quantity=units, key=f"first:{product.id}")
    return product


def draft_of(
    pieces: Sequence[tuple[Product, int]],
    *,
    checkout_id: UUID | None = None,
    user_id: UUID | None = None,
    email: str = "ada@shop.example",
    gift_card: int = 0,
    tax_rate: int = 0,
    shipping: int = 500,
    address: Mapping[str, str] = ADDRESS,
) -> OrderDraft:
    """Return the draft of an order of (product, units), delivered for ``shipping`` minor units."""
    basket = Basket(
        currency="USD",
        lines=tuple(_basket_line(product, units, tax_rate) for product, units in pieces),
        shipping=ShippingChoice(code="standard", name="Standard delivery", price=shipping, tax_rate=tax_rate),
        gift_cards=(
            (GiftCardTerms(reference="card", label="…7K4M", balance=gift_card, currency="USD"),)
            if gift_card
            else ()
        ),
    )
    return OrderDraft(
        checkout_id=checkout_id or new_id(),
        user_id=user_id,
        email=email,
        shipping_address=address,
        billing_address=address,
        delivery=Delivery(
            code="standard", name="Standard delivery", earliest=date(2026, 3, 5), latest=date(2026, 3, 9)
        ),
        quote=quote(basket),
        lines=tuple(_draft_line(product) for product, _ in pieces),
    )


def place(*pieces: tuple[Product, int], **values: Any) -> Order:
    """Place an order of (product, units) and return it, waiting for its payment."""
    with step():
        return services.place(draft=draft_of(pieces, **values))


def open_payment(order: Order) -> Payment:
    """Return the open payment of an order, announced to the processor."""
    order_id, number = order.id, order.number
    with step():
        payment = payments.open_payment(order_id=order_id)
    assert payment is not None
    payments.begin(payment=payment, number=number)
    return payment


def _basket_line(product: Product, units: int, tax_rate: int) -> BasketLine:
    price = product.price or 0
    return BasketLine(
        key=product.id,
        product_id=product.id,
        name=product.name,
        quantity=units,
        unit_price=price,
        regular_price=price,
        tax_rate=tax_rate,
    )


def _draft_line(product: Product) -> DraftLine:
    return DraftLine(
        key=product.id,
        product_id=product.id,
        sku=product.sku or "",
        name=product.name,
        page_slug=product.slug or "",
        picture=PICTURE,
    )
