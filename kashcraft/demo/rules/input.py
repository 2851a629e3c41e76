"""Input of the demo shop: people, texts and catalogue items from files, and the planned orders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Person:
    """A customer or guest with a delivery address."""

    name: str
    email: str
    phone: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str

    def address(self) -> dict[str, str]:
        """Return the address with the field names of orders and address books."""
        street, _, second = self.street.partition(", ")
        return {
            "full_name": self.name,
            "phone": self.phone,
            "street_address": street,
            "street_address2": second,
            "city": self.city,
            "state": self.state,
            "postal_code": self.postal_code,
            "country": self.country,
        }


@dataclass(frozen=True, slots=True)
class ReviewText:
    """The text of a product review, with its moderation status."""

    product: str
    score: int
    state: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class HelpPageInput:
    """A help page in Markdown."""

    slug: str
    title: str
    summary: str
    position: int
    body: str


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A product or variant that can be bought: slug of its product, price in minor units, stock today.

    Orders sometimes contain several units of an item that ``is_small``.
    """

    sku: str
    product: str
    price: int
    stock: int
    days_old: int
    is_gift_card: bool = False
    is_small: bool = False
    category: str = ""


class OrderOutcome(StrEnum):
    """The state in which a planned order ends; the last three are paid orders that are refunded."""

    PENDING = "pending"
    DECLINED = "declined"
    PAID = "paid"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    CANCELLED_AFTER_PAYMENT = "cancelled_after_payment"
    RETURNED = "returned"
    PART_RETURNED = "part_returned"

    @property
    def is_paid(self) -> bool:
        """Return whether the order is paid."""
        return self not in _UNPAID

    @property
    def returns_units(self) -> bool:
        """Return whether units return to stock, or never left it."""
        return self in _UNPAID or self in (
            OrderOutcome.CANCELLED_AFTER_PAYMENT,
            OrderOutcome.RETURNED,
            OrderOutcome.PART_RETURNED,
        )

    @property
    def statuses(self) -> tuple[str, ...]:
        """Return the statuses that follow the payment, in their order."""
        if self in (OrderOutcome.DELIVERED, OrderOutcome.RETURNED, OrderOutcome.PART_RETURNED):
            return ("processing", "shipped", "delivered")
        return {
            OrderOutcome.PROCESSING: ("processing",),
            OrderOutcome.SHIPPED: ("processing", "shipped"),
        }.get(self, ())


_UNPAID = (OrderOutcome.PENDING, OrderOutcome.DECLINED, OrderOutcome.EXPIRED, OrderOutcome.CANCELLED)


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order to be placed: ``person`` is an index of customers or guests, ``lines`` are (SKU, units).

    ``voucher`` is the code that it uses, ``gift_card`` the value of its goodwill card in minor units.
    """

    person: int
    is_guest: bool
    minutes_ago: int
    outcome: OrderOutcome
    lines: tuple[tuple[str, int], ...]
    express: bool
    delivered_after: int
    voucher: str = ""
    gift_card: int = 0


@dataclass(frozen=True, slots=True)
class PlannedDiscount:
    """How many orders use a voucher; ``order_from`` is in minor units, an empty category means any."""

    code: str
    orders: int
    order_from: int = 0
    category: str = ""


@dataclass(frozen=True, slots=True)
class PlannedReview:
    """A review of a delivered product by a customer, who is given as an index."""

    person: int
    minutes_ago: int
    text: ReviewText


@dataclass(frozen=True, slots=True)
class Plan:
    """The orders and reviews of a year, the oldest first."""

    orders: tuple[PlannedOrder, ...]
    reviews: tuple[PlannedReview, ...]
