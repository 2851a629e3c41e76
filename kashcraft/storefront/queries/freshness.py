"""How long a kept fragment may show stock that has changed below the level that raises the catalogue
version.
"""

from __future__ import annotations

from datetime import datetime

from kashcraft.product_cards.queries import get_index
from kashcraft.product_cards.rules import Index

STOCK_TICK_SECONDS = 30


def get_index_and_key(now: datetime) -> tuple[Index, tuple[int, int]]:
    """Return the facet index, and the part of a fragment's key that stands for prices and stock of cards.

    The index's serial changes with the catalogue version and whenever a sale starts or ends; the tick every
    30 seconds.
    """
    index = get_index(now)
    return index, (index.serial, int(now.timestamp()) // STOCK_TICK_SECONDS)
