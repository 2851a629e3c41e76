"""Services of stock: holding, selling and releasing units, and changes of the units on hand.

Each runs inside the caller's step, locks rows in product order (holds before stock), and lets the row
count of a conditional update decide.
"""

from kashcraft.inventory.services.archive import archive_logs, purge_released
from kashcraft.inventory.services.counting import start_counting, stop_counting, switch_counting
from kashcraft.inventory.services.holds import (
    FreeStock,
    check_free,
    confirm,
    extend_hold,
    hold,
    release,
    release_expired,
    transfer_holds,
)
from kashcraft.inventory.services.ledger import (
    Opening,
    adjust,
    count_stocks,
    damage,
    open_stock,
    open_stocks,
    receive_delivery,
    restock,
    return_units,
    undo_delivery,
)
from kashcraft.inventory.services.moving import move_stock
from kashcraft.inventory.services.reordering import send_low_stock_email, set_most_per_order, set_reordering

__all__ = [
    "FreeStock",
    "Opening",
    "adjust",
    "archive_logs",
    "check_free",
    "confirm",
    "count_stocks",
    "damage",
    "extend_hold",
    "hold",
    "move_stock",
    "open_stock",
    "open_stocks",
    "purge_released",
    "receive_delivery",
    "release",
    "release_expired",
    "restock",
    "return_units",
    "send_low_stock_email",
    "set_most_per_order",
    "set_reordering",
    "start_counting",
    "stop_counting",
    "switch_counting",
    "transfer_holds",
    "undo_delivery",
]
