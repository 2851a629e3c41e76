"""What staff see: orders on their way, and stock that runs low."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from kashcraft.backoffice.rules import NEXT_STEPS
from kashcraft.catalogue.models import Product, Status
from kashcraft.core.db import db
from kashcraft.inventory.models import Inventory
from kashcraft.orders.models import Order


@dataclass(frozen=True, slots=True)
class LowStock:
    """A product at or below its reorder level; ``suggested`` is how many to order."""

    product_id: UUID
    name: str
    options: str
    sku: str
    place: str
    available: int
    held: int
    suggested: int


def open_orders(*, page: int, size: int) -> tuple[Sequence[Order], int]:
    """Return one page of the orders that wait for staff, the longest paid first, with their lines; and how
    many there are. Three statements.
    """
    waiting = Order.status.in_(NEXT_STEPS)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Order).where(waiting)) or 0
    rows = (
        sa.select(Order)
        .where(waiting)
        .options(selectinload(Order.lines))
        .order_by(Order.paid_at, Order.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return db.session.scalars(rows).all(), total


def low_stock(*, page: int, size: int) -> tuple[list[LowStock], int]:
    """Return one page of what runs low, the emptiest first, and how much there is. Two statements."""
    family = aliased(Product)
    low = sa.and_(Inventory.available <= Inventory.reorder_level, Product.status == Status.ACTIVE)
    joined = sa.select(sa.func.count()).select_from(Inventory)
    total = db.session.scalar(joined.join(Product, Product.id == Inventory.product_id).where(low)) or 0
    rows = db.session.execute(
        sa.select(Inventory, Product, family.name)
        .join(Product, Product.id == Inventory.product_id)
        .outerjoin(family, family.id == Product.parent_id)
        .where(low)
        .order_by(Inventory.available, Product.sku)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return [_low(stock, product, name) for stock, product, name in rows], total


def _low(stock: Inventory, product: Product, family_name: str | None) -> LowStock:
    return LowStock(
        product_id=product.id,
        name=family_name or product.name,
        options=", ".join(f"{name}: {value}" for name, value in product.option_values.items()),
        sku=product.sku or "",
        place=stock.warehouse_location or "",
        available=stock.available,
        held=stock.reserved,
        suggested=stock.reorder_quantity,
    )
