"""What the inventory tells."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class StockChanged:
    """Free stock of a product has crossed 0 or its reorder level."""

    product_id: UUID
    available: int
    sold_out: bool
    low: bool


@dataclass(frozen=True)
class StockFreed:
    """Units of a product have become free again (restock, return, release, lapse)."""

    product_id: UUID
    quantity: int
