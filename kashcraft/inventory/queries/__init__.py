"""Reads of stock: availability, holds, movements and figures."""

from kashcraft.inventory.queries.availability import (
    expired_holds,
    free_of_product,
    free_units,
    held_until,
    is_being_bought,
    is_low,
    is_scarce,
    list_stock_columns,
    most_per_order,
    of_product,
    units_of_page,
    with_stock,
)
from kashcraft.inventory.queries.figures import (
    StockValue,
    Turnover,
    get_stock_value,
    get_turnover,
    list_days_of_stock,
    list_dead_stock,
)
from kashcraft.inventory.queries.history import (
    list_movements,
)
from kashcraft.inventory.queries.levels import (
    StockSnapshot,
    get_free_units,
    get_held_units,
    get_stock,
    list_scarce,
    list_stock_snapshots,
)
from kashcraft.inventory.queries.live import get_live_stock
from kashcraft.inventory.queries.records import (
    count_low_stock,
    find_stock_record,
    list_stock_records,
    search_stock,
)

__all__ = [
    "StockSnapshot",
    "StockValue",
    "Turnover",
    "count_low_stock",
    "expired_holds",
    "find_stock_record",
    "free_of_product",
    "free_units",
    "get_free_units",
    "get_held_units",
    "get_live_stock",
    "get_stock",
    "get_stock_value",
    "get_turnover",
    "held_until",
    "is_being_bought",
    "is_low",
    "is_scarce",
    "list_days_of_stock",
    "list_dead_stock",
    "list_movements",
    "list_scarce",
    "list_stock_columns",
    "list_stock_records",
    "list_stock_snapshots",
    "most_per_order",
    "of_product",
    "search_stock",
    "units_of_page",
    "with_stock",
]
