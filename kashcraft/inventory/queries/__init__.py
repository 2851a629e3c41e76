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
    days_of_stock,
    dead_stock,
    not_counted,
    stock_value,
    turnover,
)
from kashcraft.inventory.queries.history import Movement, Subject, history, looked_for, subject
from kashcraft.inventory.queries.levels import free, held, scarce, stock
from kashcraft.inventory.queries.live import live_stock
from kashcraft.inventory.queries.low import LowStock, low_stock

__all__ = [
    "DaysLeft",
    "DeadStock",
    "Endless",
    "LowStock",
    "Movement",
    "StockValue",
    "Subject",
    "Turnover",
    "days_of_stock",
    "dead_stock",
    "free",
    "free_of_product",
    "free_units",
    "held",
    "held_until",
    "history",
    "is_being_bought",
    "is_low",
    "is_scarce",
    "lapsed_holds",
    "live_stock",
    "looked_for",
    "low_stock",
    "not_counted",
    "scarce",
    "stock",
    "stock_value",
    "subject",
    "turnover",
]
