"""Values of stock, and calculations on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from kashcraft.core.ids import OrderId, ProductId

# The free units of a product that is not counted; no cart holds more.
UNCOUNTED = 999


@dataclass(frozen=True, slots=True)
class Stock:
    """The stock of a product that can be bought now; ``free`` is UNCOUNTED if it is not counted.

    ``held_until`` is the end of the first hold of a customer who is paying, None without one.
    ``most_per_order`` is the product's limit, None for the shop's limit.
    """

    free: int = 0
    held_until: datetime | None = None
    most_per_order: int | None = None


class StockPart(StrEnum):
    """A part of all stock records: counted products with low stock, products that are not counted, or all."""

    LOW = "low"
    ALL = "all"
    NOT_COUNTED = "not-counted"


@dataclass(frozen=True, slots=True)
class StockRecord:
    """The stock of a product; ``most_per_order`` is None for the shop's limit."""

    product_id: ProductId
    name: str
    options: str
    sku: str
    quantity: int
    reserved: int
    reorder_level: int
    reorder_quantity: int
    place: str
    most_per_order: int | None = None
    is_counted: bool = True
    is_archived: bool = False

    @property
    def available(self) -> int:
        """Return the units that can be bought."""
        return free_units(self.quantity, self.reserved, is_counted=self.is_counted)

    @property
    def suggested(self) -> int:
        """Return how many units to order: the reorder quantity for low stock, else 0."""
        is_low = self.is_counted and self.available <= self.reorder_level
        return self.reorder_quantity if is_low and not self.is_archived else 0

    @property
    def full_name(self) -> str:
        """Return the name with the options of a variant."""
        return f"{self.name} ({self.options})" if self.options else self.name


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of the units on hand by ``change`` to ``balance``; ``who`` is None for the shop itself."""

    at: datetime
    change: int
    balance: int
    reason: str
    who: str | None
    order_id: OrderId | None
    notes: str


@dataclass(frozen=True, slots=True)
class DaysLeft:
    """How many days the free units of a product last at its recent rate of sale."""

    product_id: ProductId
    name: str
    options: str
    sku: str
    free: int
    sold: int
    days: int


@dataclass(frozen=True, slots=True)
class DeadStock:
    """A product that does not sell; ``at_price`` is in minor units, ``last_sold`` None if it never sold."""

    product_id: ProductId
    name: str
    options: str
    sku: str
    units: int
    at_price: int
    last_sold: datetime | None


# A gift card never runs out; an order may contain as many as a cart.
UNLIMITED = Stock(free=UNCOUNTED, most_per_order=UNCOUNTED)


def free_units(quantity: int, reserved: int, *, expired: int = 0, is_counted: bool = True) -> int:
    """Return the units of a stock record that can be bought; UNCOUNTED if it is not counted.

    These are the units on hand that are not held, and the ``expired`` units of ``reserved`` whose holds
    have expired. ``queries.availability`` is the same definition for SQL.
    """
    return quantity - reserved + expired if is_counted else UNCOUNTED


def free_of_product(free: int | None, *, is_stocked: bool = True) -> int:
    """Return the units of a product that can be bought; ``free`` is None without a stock record.

    A product without stock (``is_stocked`` False), a gift card, is UNCOUNTED.
    """
    return (free or 0) if is_stocked else UNCOUNTED


def merge_lines(lines: Iterable[tuple[ProductId, int]]) -> dict[ProductId, int]:
    """Return units by product, with the lines of a product added up, in the order of locking.

    Raises ValueError for less than one unit.
    """
    units: Counter[ProductId] = Counter()
    for product_id, quantity in lines:
        if quantity < 1:
            raise ValueError("stock moves in whole units, at least one")
        units[product_id] += quantity
    return {product_id: units[product_id] for product_id in sorted(units)}


def crosses(before: int, after: int, limit: int) -> bool:
    """Return whether free stock moved across ``limit``, in either direction."""
    return (before <= limit) != (after <= limit)


def turnover(sold: int, opening: int, closing: int) -> Decimal | None:
    """Return how many times the stock was sold, rounded half up to two places; None without any stock.

    This is the units sold, divided by the average of the stock on hand at the start and at the end.
    """
    if opening + closing <= 0:
        return None
    return (Decimal(2 * sold) / (opening + closing)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def days_left(free: int, sold: int, days: int) -> int | None:
    """Return how many whole days ``free`` units last at the rate of ``sold`` units in ``days``.

    None if nothing was sold.
    """
    return max(free, 0) * days // sold if sold > 0 else None
