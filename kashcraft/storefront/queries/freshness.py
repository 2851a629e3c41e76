"""Cache keys for fragments that show prices and stock.

Stock above the low level does not change the catalogue version, so fragments also expire by time.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

from kashcraft.catalogue.queries import get_version
from kashcraft.product_cards.queries import get_index
from kashcraft.product_cards.rules import Index

STOCK_TICK_SECONDS = 5


def get_index_and_key(now: datetime) -> tuple[Index, tuple[Hashable, ...]]:
    """Return the facet index, and the part of a cache key for prices and stock of cards.

    The version is the one that the request has read. While a whole catalogue is read, the index is older, and
    its serial says so; the number of products whose sale has started or ended since then distinguishes their
    prices. The last part changes every five seconds.
    """
    index = get_index(now)
    tick = int(now.timestamp()) // STOCK_TICK_SECONDS
    return index, (get_version(), index.serial, len(index.due_at(now)), tick)
