"""Live stock for open pages, which ask every few seconds: read together and cached for two seconds."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping

from kashcraft.core import clock
from kashcraft.core.caches import Cache
from kashcraft.core.ids import ProductId
from kashcraft.inventory.queries.levels import get_stock
from kashcraft.inventory.rules import Stock

CACHE_SECONDS = 2
# Pages ask every eight seconds; products without a request for this long are no longer read.
WATCHED_SECONDS = 30
MOST_WATCHED = 5000
_STOCK_CACHE: Cache[str, _StockCache] = Cache("live stock", most=1)


def get_live_stock(product_ids: Collection[ProductId]) -> Mapping[ProductId, Stock]:
    """Return the stock of each product, at most two seconds old: for display, not for decisions.

    All requests of a process share the cache. It reads one statement every two seconds for all watched
    products, and one more for a product that is new to it.
    """
    return _STOCK_CACHE.get_or_compute("all", _StockCache).stock(product_ids, clock.now().timestamp())


class _StockCache:
    """The products that pages have recently asked for, and their stock at the last read."""

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
        return 0 <= now - self._read_at < CACHE_SECONDS

    def _read(self, product_ids: Collection[ProductId], now: float) -> None:
        if self._is_fresh(now):
            missing = [product_id for product_id in product_ids if product_id not in self._known]
            self._known = {**self._known, **get_stock(missing)}
            return
        with self._guard:
            recent = [
                product_id for product_id, asked in self._asked.items() if abs(now - asked) < WATCHED_SECONDS
            ]
            recent = sorted(recent, key=self._asked.__getitem__)[-MOST_WATCHED:]
            self._asked = {product_id: self._asked[product_id] for product_id in recent}
        self._known = get_stock(recent)
        self._read_at = now
