"""Products with low stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kashcraft.catalogue.models import Product, Status
from kashcraft.core import autocommit
from kashcraft.core.ids import ProductId
from kashcraft.inventory.models import Inventory
from kashcraft.inventory.queries.availability import free_units, is_low
from kashcraft.inventory.queries.product_names import NAME_COLUMNS, PARENT, product_name


@dataclass(frozen=True, slots=True)
class LowStock:
    """A product at or below its reorder level; ``suggested`` is the number of units to order."""

    product_id: ProductId
    name: str
    options: str
    sku: str
    place: str
    available: int
    held: int
    suggested: int


def list_low_stock(*, page: int, size: int) -> tuple[Sequence[LowStock], int]:
    """Return one page of the counted products with low stock, lowest first, and the number of all.

    Two statements.
    """
    low, total = _low(), count_low_stock()
    rows = autocommit.rows(
        sa.select(
            *NAME_COLUMNS,
            Inventory.warehouse_location,
            free_units().label("available"),
            Inventory.reserved,
            Inventory.reorder_quantity,
        )
        .join(Inventory, Inventory.product_id == Product.id)
        .outerjoin(PARENT, PARENT.id == Product.parent_id)
        .where(low)
        .order_by(Inventory.available, Product.sku)
        .limit(size)
        .offset((page - 1) * size)
    )
    return [
        LowStock(
            **product_name(row),
            place=row.warehouse_location or "",
            available=row.available,
            held=row.reserved,
            suggested=row.reorder_quantity,
        )
        for row in rows
    ], total


def count_low_stock() -> int:
    """Return how many products are at or below their reorder level. One statement."""
    joined = sa.select(sa.func.count()).select_from(Inventory)
    rows = autocommit.rows(joined.join(Product, Product.id == Inventory.product_id).where(_low()))
    return int(rows[0][0])


def _low() -> sa.ColumnElement[bool]:
    return sa.and_(is_low(), Product.status == Status.ACTIVE)
