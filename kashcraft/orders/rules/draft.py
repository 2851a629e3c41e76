"""An order before it is written: customer, addresses, lines and the quote with its prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kashcraft.core.email_addresses import mailbox, normalized_address
from kashcraft.core.ids import CheckoutId, ProductId, UserId
from kashcraft.core.text_folding import fold
from kashcraft.pricing.rules import Key, LineQuote, Quote

# The delivery code of an order that contains gift cards only.
BY_EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """What an order stores of a product beside its price; ``key`` is the key of its line in the quote.

    ``options`` describes the variant ("Size: M, Color: Indigo"). ``page_slug`` is the slug of the
    product's page. ``picture`` has ``stem``, ``alt``, ``width``, ``height`` and ``widths`` (a list).

    ``details`` is the buyer's input for a gift card: ``recipient_name``, ``recipient_email``,
    ``message``, ``design`` (the stem of a picture) and ``deliver_on`` (an ISO date). An empty
    ``recipient_email`` means the buyer; an empty ``deliver_on`` means immediately.
    """

    key: Key
    product_id: ProductId
    sku: str
    name: str
    page_slug: str
    options: str = ""
    picture: dict[str, Any] | None = None
    weight_grams: int = 0
    details: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The chosen delivery method and the days between which the order should arrive."""

    code: str
    name: str
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """Everything an order is placed with. Addresses come from ``accounts.rules.Address.to_dict()``.

    ``checkout_id`` is unique: placing the same checkout again returns the same order. ``customer_key``
    identifies the customer for the limits of vouchers (``vouchers.queries.find_customer_key``).
    ``network_key`` is a keyed hash of the network that the request came from, None without a request.
    """

    checkout_id: CheckoutId
    email: str
    shipping_address: Mapping[str, Any]
    billing_address: Mapping[str, Any]
    delivery: Delivery
    quote: Quote
    lines: tuple[DraftLine, ...]
    user_id: UserId | None = None
    phone: str | None = None
    locale: str = "en_US"
    customer_key: str = ""
    network_key: str | None = None

    @property
    def stock(self) -> list[tuple[ProductId, int]]:
        """Return (product, units) of everything that has to be held; gift cards have no stock."""
        quoted = [(line, self.quote.line(line.key)) for line in self.lines]
        return [(line.product_id, price.quantity) for line, price in quoted if not price.is_gift_card]


def order_values(draft: OrderDraft) -> dict[str, object]:
    """Return the column values of the order's row; amounts are minor units of the quote's currency."""
    quote = draft.quote
    return {
        "checkout_id": draft.checkout_id,
        "user_id": draft.user_id,
        "email": draft.email,
        "email_key": normalized_address(draft.email),
        "search_key": search_key(draft.email, draft.shipping_address, draft.billing_address),
        "mailbox_key": mailbox(draft.email),
        "network_key": draft.network_key,
        "locale": draft.locale,
        "currency": quote.currency,
        "prices_include_tax": quote.tax_inclusive,
        "subtotal": quote.subtotal,
        "discount_total": quote.discount,
        "shipping_total": quote.shipping_charged,
        "shipping_tax": quote.shipping.tax if quote.shipping else 0,
        "tax_total": quote.tax,
        "total": quote.total,
        "gift_card_total": quote.gift_cards_paid,
        "amount_due": quote.due,
        "voucher_code": quote.voucher.code if quote.voucher else None,
        "points_spent": quote.points.points if quote.points else 0,
        "reward_id": quote.reward.reference if quote.reward else None,
        "shipping_address": dict(draft.shipping_address),
        "billing_address": dict(draft.billing_address),
        "shipping_country": draft.shipping_address["country"],
        "phone": draft.phone,
        "delivery_code": draft.delivery.code,
        "delivery_name": draft.delivery.name,
        "delivery_from": draft.delivery.earliest,
        "delivery_to": draft.delivery.latest,
        "trace": [
            {"step": step.step, "amount": step.amount, "values": dict(step.values)} for step in quote.trace
        ],
    }


def line_values(draft: OrderDraft) -> list[dict[str, object]]:
    """Return the column values of the rows of the order's lines, in the order of the draft."""
    return [
        {"position": position, **_product_values(line), **_amounts(draft.quote.line(line.key))}
        for position, line in enumerate(draft.lines)
    ]


def _product_values(line: DraftLine) -> dict[str, object]:
    return {
        "product_id": line.product_id,
        "sku": line.sku,
        "name": line.name,
        "options": line.options,
        "page_slug": line.page_slug,
        "picture": line.picture,
        "weight_grams": line.weight_grams,
        "details": dict(line.details) if line.details else None,
    }


def _amounts(price: LineQuote) -> dict[str, object]:
    return {
        "quantity": price.quantity,
        "unit_price": price.unit_price,
        "regular_price": price.regular_price,
        "gross": price.subtotal,
        "discount": price.discount,
        "points_discount": price.points,
        "tax_rate": price.tax_rate,
        "tax": price.tax,
        "is_gift_card": price.is_gift_card,
    }


def search_key(email: str, *addresses: Mapping[str, Any]) -> str:
    """Return what staff can find an order by beside its number, without case and accents.

    The e-mail address, and the name, town and postal code of each address.
    """
    found = [email]
    for address in addresses:
        found += [str(address.get(name) or "") for name in ("full_name", "city", "postal_code")]
    return " ".join(dict.fromkeys(fold(text) for text in found if text))
