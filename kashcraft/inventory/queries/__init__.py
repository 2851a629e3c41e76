"""Every read of stock: what is free, what somebody holds, how it moved, and what it is worth."""

from kashcraft.inventory.queries.availability import (
    free_of_product,
    free_units,
    held_until,
    is_being_bought,
    is_low,
    is_scarce,
    lapsed_holds,
)
from kashcraft.inventory.queries.figures import (
    DaysLeft,
    DeadStock,
    Endless,
    StockValue,
    Turnover,
    get_stock_value,
    get_turnover,
    list_days_of_stock,
    list_dead_stock,
    list_not_counted,
)
from kashcraft.inventory.queries.history import (
    Movement,
    Subject,
    find_subject,
    list_movements,
    search_subjects,
)
from kashcraft.inventory.queries.levels import get_free_units, get_held_units, get_stock, list_scarce
from kashcraft.inventory.queries.live import get_live_stock
from kashcraft.inventory.queries.low import LowStock, list_low_stock

__all__ = [
    "DaysLeft",
    "DeadStock",
    "Endless",
    "LowStock",
    "Movement",
    "StockValue",
    "Subject",
    "Turnover",
    "find_subject",
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
    "lapsed_holds",
    "list_days_of_stock",
    "list_dead_stock",
    "list_low_stock",
    "list_movements",
    "list_not_counted",
    "list_scarce",
    "search_subjects",
]
