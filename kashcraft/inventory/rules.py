"""Stock arithmetic without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID


def merged(lines: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    """Return units by product, products named twice added up, in the order in which stock is always locked.

    Raises ValueError for less than one unit.
    """
    units: Counter[UUID] = Counter()
    for product_id, quantity in lines:
        if quantity < 1:
            raise ValueError("stock moves in whole units, at least one")
        units[product_id] += quantity
    return {product_id: units[product_id] for product_id in sorted(units)}


def crosses(before: int, after: int, reorder_level: int) -> bool:
    """Return whether free stock went over 0 or over the reorder level, in either direction."""
    return any((before <= limit) != (after <= limit) for limit in (0, reorder_level))
