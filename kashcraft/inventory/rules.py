"""Calculations on stock values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from kashcraft.core.ids import ProductId

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
