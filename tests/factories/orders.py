"""Order drafts, and orders that are placed and paid by the services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kashcraft.catalogue.models import Product
from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.gift_cards import services as gift_cards
from kashcraft.gift_cards.models import GiftCard
from kashcraft.inventory import services as stock
from kashcraft.loyalty import services as loyalty
from kashcraft.orders import services
from kashcraft.orders.models import Order
from kashcraft.orders.rules import Delivery, DraftLine, OrderDraft
from kashcraft.payments import services as payments
from kashcraft.payments.gateways.cards import CARDS
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment
from kashcraft.pricing.rules import (
    CartToPrice,
    GiftCardTerms,
    LineToPrice,
    ShippingChoice,
    VoucherKind,
    VoucherTerms,
    quote,
)
from kashcraft.vouchers import services as vouchers
from kashcraft.vouchers.models import DiscountType
from kashcraft.vouchers.rules import VoucherInput
from tests.factories.catalogue import make_product
from tests.factories.people import person

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


def stocked(units: int, *, price: str = "40.00", name: str | None = None, currency: str = "USD") -> Product:
    """Create a product with stock that was received, and return it."""
    product = make_product(name, price=price, stock=0, currency=currency)
    if units:
        with step():
            stock.restock(product_id=product.id, quantity=units, key=f"first:{product.id}")
    return product


def uncounted(**values: Any) -> Product:
    """Create a product without a stock count, and return it."""
    product = make_product(stock=0, **values)
    with step():
        stock.stop_counting(product_id=product.id)
    return product


def draft_of(
    products: Sequence[tuple[Product, int]],
    *,
    checkout_id: UUID | None = None,
    user_id: UUID | None = None,
    email: str = "ada@shop.example",
    gift_card: int = 0,
    currency: str = "USD",
    tax_rate: int = 0,
    tax_inclusive: bool = False,
    shipping: int = 500,
    address: Mapping[str, str] = ADDRESS,
    network_key: str | None = None,
    **benefits: Any,
) -> OrderDraft:
    """Return the draft of an order of (product, units), with delivery for ``shipping`` minor units.

    ``gift_card`` pays with a new card of that balance; ``benefits`` are those of ``CartToPrice``.
    """
    if gift_card:
        benefits["gift_cards"] = (card_terms(gift_card, currency),)
    cart = CartToPrice(
        currency=currency,
        lines=tuple(_line_to_price(product, units, tax_rate) for product, units in products),
        shipping=ShippingChoice(code="standard", name="Standard delivery", price=shipping, tax_rate=tax_rate),
        tax_inclusive=tax_inclusive,
        **benefits,
    )
    return OrderDraft(
        checkout_id=checkout_id or new_id(),
        user_id=user_id,
        customer_key=str(user_id or email),
        email=email,
        network_key=network_key,
        shipping_address=address,
        billing_address=address,
        delivery=Delivery(
            code="standard", name="Standard delivery", earliest=date(2026, 3, 5), latest=date(2026, 3, 9)
        ),
        quote=quote(cart),
        lines=tuple(_draft_line(product) for product, _ in products),
    )


def placed(draft: OrderDraft) -> Order:
    """Place a draft in the caller's step, with both of its operations, and return the order."""
    return services.claim(written=services.write(draft=draft))


def place(*products: tuple[Product, int], **values: Any) -> Order:
    """Place an order of (product, units) and return it, unpaid."""
    draft = draft_of(products, **values)
    with step():
        return placed(draft)


def pay(order_id: UUID, reference: str = "p1") -> Order:
    """Mark an order as paid by the payment ``reference`` and return it."""
    with step():
        return services.mark_paid(order_id=order_id, payment_reference=reference, method="Visa ending 4242")


def paid(*products: tuple[Product, int], **values: Any) -> Order:
    """Place an order of (product, units), mark it as paid, and return it."""
    return pay(place(*products, **values).id)


def card_terms(balance: int, currency: str = "USD") -> GiftCardTerms:
    """Issue a gift card of ``balance`` minor units and return its terms."""
    with step():
        card, _ = gift_cards.issue(card=gift_cards.NewCard(value=balance, currency=currency))
        return terms_of_card(card)


def terms_of_card(card: GiftCard) -> GiftCardTerms:
    """Return the current terms of a gift card."""
    return GiftCardTerms(
        reference=card.id, label=f"…{card.last_four}", balance=card.current_balance, currency=card.currency
    )


def voucher_terms(
    percent: int = 10, *, fixed: int = 0, max_usages: int | None = None, per_user: int | None = None
) -> VoucherTerms:
    """Create a voucher of a percentage (or ``fixed`` minor units) off everything and return its terms."""
    value = fixed or percent * 100
    with step():
        voucher = vouchers.create_voucher(
            data=VoucherInput(
                name="Spring",
                discount_type=DiscountType.FIXED if fixed else DiscountType.PERCENTAGE,
                discount_value=value,
                currency="USD" if fixed else None,
                start_date=clock.now() - timedelta(days=1),
                expires_at=clock.now() + timedelta(days=60),
                max_usages=max_usages,
                max_usage_per_user=per_user,
            )
        )
        return VoucherTerms(
            reference=voucher.id,
            code=voucher.code,
            kind=VoucherKind.FIXED if fixed else VoucherKind.PERCENTAGE,
            value=value,
            currency="USD" if fixed else None,
        )


def member(points: int = 0, email: str | None = None) -> UUID:
    """Create an account with points and return its id."""
    user_id = person(email=email)
    with step():
        account = loyalty.open_account(user_id=user_id)
        if points != account.available_points:
            loyalty.adjust(
                user_id=user_id, points=points - account.available_points, key="start", reason="Start"
            )
    return user_id


def open_payment(order: Order) -> Payment:
    """Return the open payment of an order, created at the processor."""
    order_id, number = order.id, order.number
    with step():
        payment = payments.open_payment(order_id=order_id)
    assert payment is not None
    payments.begin(payment=payment, number=number)
    return payment


def paid_by_card(*products: tuple[Product, int], **values: Any) -> Order:
    """Place an order of (product, units), pay it at the processor with a webhook, and return it."""
    order = place(*products, **values)
    payment = open_payment(order)
    db.session.expire_all()
    reference = db.session.get_one(Payment, payment.id).gateway_reference or ""
    event = processor().pay(reference, next(card for card in CARDS if card.last4 == "4242"))
    assert event is not None
    payments.receive(gateway="sandbox", body=event.body, signature=gateway().sign(event.body))
    return db.session.get_one(Order, order.id, populate_existing=True)


def _line_to_price(product: Product, units: int, tax_rate: int) -> LineToPrice:
    price = product.price or 0
    return LineToPrice(
        key=product.id,
        product_id=product.id,
        name=product.name,
        quantity=units,
        unit_price=price,
        regular_price=price,
        tax_rate=0 if product.is_gift_card else tax_rate,
        is_gift_card=product.is_gift_card,
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
