"""What the demo shop is made of, before any of it is in the database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who buys, with the address they buy to."""

    name: str
    email: str
    phone: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str

    def address(self) -> dict[str, str]:
        """Return the address in the fields that orders and address books keep."""
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
    """What somebody says about a piece, and whether staff have let it appear."""

    product: str
    score: int
    state: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A help page in Markdown."""

    slug: str
    title: str
    summary: str
    position: int
    body: str


@dataclass(frozen=True, slots=True)
class Good:
    """Something that can be bought: its page's slug, its price in minor units, its stock of today.

    Several of what ``is_small`` are bought at once now and then.
    """

    sku: str
    product: str
    price: int
    stock: int
    days_old: int
    is_gift_card: bool = False
    is_small: bool = False
    shelf: str = ""


class Fate(StrEnum):
    """What becomes of an order; the last three are paid orders of which money goes back."""

    PENDING = "pending"
    DECLINED = "declined"
    PAID = "paid"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    RETURNED = "returned"
    PART_RETURNED = "part_returned"

    @property
    def is_paid(self) -> bool:
        """Return whether money comes in."""
        return self not in _UNPAID

    @property
    def gives_back(self) -> bool:
        """Return whether units come back to the shelf, or never leave it."""
        return self in _UNPAID or self in (Fate.CALLED_OFF, Fate.RETURNED, Fate.PART_RETURNED)

    @property
    def reaches(self) -> tuple[str, ...]:
        """Return the statuses after paid that the order goes through, in their order."""
        if self in (Fate.DELIVERED, Fate.RETURNED, Fate.PART_RETURNED):
            return ("processing", "shipped", "delivered")
        return {Fate.PROCESSING: ("processing",), Fate.SHIPPED: ("processing", "shipped")}.get(self, ())


_UNPAID = (Fate.PENDING, Fate.DECLINED, Fate.EXPIRED, Fate.CANCELLED)


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order as it will be placed: whose (an index of customers or guests), how long ago, and what.

    ``voucher`` is the code that it uses, ``gift_card`` what a card that staff gave is worth, in minor units.
    """

    person: int
    is_guest: bool
    minutes_ago: int
    fate: Fate
    lines: tuple[tuple[str, int], ...]
    express: bool
    delivered_after: int
    voucher: str = ""
    gift_card: int = 0


@dataclass(frozen=True, slots=True)
class PlannedSaving:
    """How many orders of the year use a voucher; ``order_from`` is in minor units, no shelf means any."""

    code: str
    orders: int
    order_from: int = 0
    shelf: str = ""


@dataclass(frozen=True, slots=True)
class PlannedReview:
    """A review by a customer (an index) of a piece that they have, so many minutes ago."""

    person: int
    minutes_ago: int
    text: ReviewText


@dataclass(frozen=True, slots=True)
class Plan:
    """A year of the demo shop, oldest first."""

    orders: tuple[PlannedOrder, ...]
    reviews: tuple[PlannedReview, ...]
