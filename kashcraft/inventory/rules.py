"""Stock arithmetic without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from kashcraft.core.ids import ProductId

# As many as pages speak of where nobody counts; no bag holds more.
UNCOUNTED = 999


@dataclass(frozen=True, slots=True)
class Stock:
    """What can be bought of a product now; ``free`` is UNCOUNTED where nobody counts.

    ``held_until`` is when the first of those ends who are paying for more of it, None where nobody is;
    ``most_per_order`` is the product's own limit, None where the shop's counts.
    """

    free: int = 0
    held_until: datetime | None = None
    most_per_order: int | None = None


# What is made when it is sold, a gift card, never runs out, and an order may hold as many as a cart.
UNLIMITED = Stock(free=UNCOUNTED, most_per_order=UNCOUNTED)


def free_units(quantity: int, reserved: int, *, lapsed: int = 0, is_counted: bool = True) -> int:
    """Return the units of a stock row that can be bought: those on hand that nobody holds, and those of
    ``reserved`` whose holds have ``lapsed``; UNCOUNTED where nobody counts.

    This is the one definition, together with ``queries.availability`` for statements.
    """
    return quantity - reserved + lapsed if is_counted else UNCOUNTED


def free_of_product(free: int | None, *, is_stocked: bool = True) -> int:
    """Return the units of a product that can be bought, from the ``free`` units of its stock row: none where
    there is no row. What is not stocked, a gift card, is made when it is sold: UNCOUNTED.
    """
    return (free or 0) if is_stocked else UNCOUNTED


def merged(lines: Iterable[tuple[ProductId, int]]) -> dict[ProductId, int]:
    """Return units by product, products named twice added up, in the order in which stock is always locked.

    Raises ValueError for less than one unit.
    """
    units: Counter[ProductId] = Counter()
    for product_id, quantity in lines:
        if quantity < 1:
            raise ValueError("stock moves in whole units, at least one")
        units[product_id] += quantity
    return {product_id: units[product_id] for product_id in sorted(units)}


def crosses(before: int, after: int, limit: int) -> bool:
    """Return whether free stock went from above ``limit`` to it or below, or the other way."""
    return (before <= limit) != (after <= limit)


def turnover(sold: int, opening: int, closing: int) -> Decimal | None:
    """Return how many times stock was sold in a period: units sold over the average of those on hand at its
    start and at its end, half-up to two places. None where nothing was on hand at either.
    """
    if opening + closing <= 0:
        return None
    return (Decimal(2 * sold) / (opening + closing)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def days_left(free: int, sold: int, days: int) -> int | None:
    """Return for how many whole days ``free`` units last when as many are sold a day as in the last ``days``.

    None where nothing was sold, because then there is no end to be seen.
    """
    return max(free, 0) * days // sold if sold > 0 else None
