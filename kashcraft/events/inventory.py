"""Events of inventory."""

from dataclasses import dataclass

from kashcraft.core.ids import ProductId


@dataclass(frozen=True)
class StockChanged:
    """The available stock of a product or variant has crossed 0 or its reorder level.

    ``sold_out_changed`` and ``low_changed`` state which of them, or both.
    """

    product_id: ProductId
    available: int
    sold_out: bool
    low: bool
    sold_out_changed: bool
    low_changed: bool


@dataclass(frozen=True)
class StockFreed:
    """Units of a product or variant are available again: restocked, returned, released or expired."""

    product_id: ProductId
    quantity: int
