"""Cache keys for fragments that show prices and stock.

Stock above the low level does not change the catalogue version, so fragments also expire by time.
"""

from __future__ import annotations

from datetime import datetime

from kashcraft.product_cards.queries import get_index
from kashcraft.product_cards.rules import Index

STOCK_TICK_SECONDS = 30


def get_index_and_key(now: datetime) -> tuple[Index, tuple[int, int]]:
    """Return the facet index, and the part of a cache key for prices and stock of cards.

    The serial of the index changes with the catalogue version and whenever a sale starts or ends. The second
    part changes every 30 seconds.
    """
    index = get_index(now)
    return index, (index.serial, int(now.timestamp()) // STOCK_TICK_SECONDS)
