"""Stock for pages that are open and ask every few seconds: read together, and kept for two seconds."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping

from kashcraft.core import clock
from kashcraft.core.caches import Cache
from kashcraft.core.ids import ProductId
from kashcraft.inventory.queries.levels import get_stock
from kashcraft.inventory.rules import Stock

KEPT_SECONDS = 2
# Pages ask every eight seconds; what nobody has asked for in this time is no longer read.
WATCHED_SECONDS = 30
MOST_WATCHED = 5000
_WATCH: Cache[str, _Watch] = Cache("live stock", most=1)


def get_live_stock(product_ids: Collection[ProductId]) -> Mapping[ProductId, Stock]:
    """Return the stock of each product as it was at most two seconds ago: fit to be shown, not to decide.

    All requests of a process share what was read: however many pages are open, it reads one statement in two
    seconds for all products that they watch, and one more for a product that nobody has watched yet.
    """
    return _WATCH.get_or_compute("all", _Watch).stock(product_ids, clock.now().timestamp())


class _Watch:
    """The products that pages have lately asked for, and their stock when it was last read."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._reads = threading.Lock()
        self._asked: dict[ProductId, float] = {}
        self._known: Mapping[ProductId, Stock] = {}
        self._read_at = float("-inf")

    def stock(self, product_ids: Collection[ProductId], now: float) -> Mapping[ProductId, Stock]:
        with self._guard:
            self._asked.update(dict.fromkeys(product_ids, now))
        if not self._covers(product_ids, now):
            with self._reads:
                if not self._covers(product_ids, now):
                    self._read(product_ids, now)
        known = self._known
        return {product_id: known.get(product_id, Stock()) for product_id in product_ids}

    def _covers(self, product_ids: Collection[ProductId], now: float) -> bool:
        return self._is_fresh(now) and all(product_id in self._known for product_id in product_ids)

    def _is_fresh(self, now: float) -> bool:
        return 0 <= now - self._read_at < KEPT_SECONDS

    def _read(self, product_ids: Collection[ProductId], now: float) -> None:
        if self._is_fresh(now):
            missing = [product_id for product_id in product_ids if product_id not in self._known]
            self._known = {**self._known, **get_stock(missing)}
            return
        with self._guard:
            lately = [piece for piece, asked in self._asked.items() if abs(now - asked) < WATCHED_SECONDS]
            lately = sorted(lately, key=self._asked.__getitem__)[-MOST_WATCHED:]
            self._asked = {piece: self._asked[piece] for piece in lately}
        self._known = get_stock(lately)
        self._read_at = now
