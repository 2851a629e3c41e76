"""What the inventory tells."""

from dataclasses import dataclass

from kashcraft.core.ids import ProductId


@dataclass(frozen=True)
class StockChanged:
    """Free stock of a product has crossed 0 (``sold_out_changed``), its reorder level (``low_changed``), or
    both.
    """

    product_id: ProductId
    available: int
    sold_out: bool
    low: bool
    sold_out_changed: bool
    low_changed: bool


@dataclass(frozen=True)
class StockFreed:
    """Units of a product have become free again (restock, return, release, lapse)."""

    product_id: ProductId
    quantity: int
