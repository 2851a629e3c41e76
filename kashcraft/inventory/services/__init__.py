"""Stock verbs: holding, selling and giving back units, and every change of what is on hand.

Each runs inside the caller's step, takes rows in product order, and lets the row count of a conditional
update decide. Locks are taken on holds before stock, always.
"""

from kashcraft.inventory.services.holds import confirm, hold, release, release_expired
from kashcraft.inventory.services.ledger import (
    Opening,
    adjust,
    damage,
    open_stock,
    open_stocks,
    restock,
    return_units,
)

__all__ = [
    "Opening",
    "adjust",
    "confirm",
    "damage",
    "hold",
    "open_stock",
    "open_stocks",
    "release",
    "release_expired",
    "restock",
    "return_units",
]
