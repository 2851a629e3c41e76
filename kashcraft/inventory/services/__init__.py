"""Stock verbs: holding, selling and giving back units, and every change of what is on hand.

Each runs inside the caller's step, takes rows in product order, and lets the row count of a conditional
update decide. Locks are taken on holds before stock, always.
"""

from kashcraft.inventory.services.archive import archive_logs, purge_released
from kashcraft.inventory.services.counting import start_counting, stop_counting, switch_counting
from kashcraft.inventory.services.holds import (
    confirm,
    hold,
    prolong,
    release,
    release_expired,
    take_over,
)
from kashcraft.inventory.services.ledger import (
    Opening,
    adjust,
    count_stocks,
    damage,
    open_stock,
    open_stocks,
    restock,
    return_units,
)
from kashcraft.inventory.services.reordering import set_most_per_order, set_reordering, write_low_stock_letter

__all__ = [
    "Opening",
    "adjust",
    "archive_logs",
    "confirm",
    "count_stocks",
    "damage",
    "hold",
    "open_stock",
    "open_stocks",
    "prolong",
    "purge_released",
    "release",
    "release_expired",
    "restock",
    "return_units",
    "set_most_per_order",
    "set_reordering",
    "start_counting",
    "stop_counting",
    "switch_counting",
    "take_over",
    "write_low_stock_letter",
]
