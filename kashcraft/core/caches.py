"""Caches of the process, and a memo of the current request.

Every cache is declared once, with a name and a bound, in the module that fills it; ``docs/caches.md`` lists
them. The content belongs to the running application and can always be computed again.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Hashable, Iterable
from contextvars import ContextVar
from typing import Any, Generic, TypeVar, cast

import cachetools

from kashcraft.core import clock
from kashcraft.core.settings import installation

Caches = dict[str, Any]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_MISSING = object()
MEBIBYTE = 1024 * 1024
# What the key and the entry of a value take, as measured: the content of a card is the longest key.
ENTRY_BYTES = 2048
# The values of a cache in one application; the cache itself declares their types.
_Items = cachetools.Cache[Hashable, object]

_caches: ContextVar[Caches | None] = ContextVar("caches", default=None)
_memory: ContextVar[dict[str, Any] | None] = ContextVar("memory", default=None)


class Cache(Generic[K, V]):
    """A cache shared by the threads of a process, from which the least recently used value is removed first.

    It is bounded either by ``most`` values, or by the bytes that they take: its ``share`` of the memory that
    the settings allow for rendered HTML (``page_cache_mib``); then values are bytes. ``seconds`` is the age
    at which a value expires. Raises ValueError for the name of another cache, and where the shares of all
    caches exceed the whole.
    """

    def __init__(self, name: str, *, most: int = 0, share: float = 0, seconds: float | None = None) -> None:
        """Declare the cache ``name``."""
        if name in DECLARED:
            raise ValueError(f"two caches called {name!r}")
        self.name = name
        self.most = most
        self.share = share
        self.seconds = seconds
        DECLARED[name] = self
        if sum(one.share for one in DECLARED.values()) > 1:
            raise ValueError(f"the cache {name!r} exceeds the memory for rendered HTML")

    def __len__(self) -> int:
        """Return the number of cached values."""
        store = self._store()
        with store.guard:
            return len(store.items)

    def used(self) -> int:
        """Return the bytes that the values take, in a cache that is bounded by them."""
        store = self._store()
        with store.guard:
            return int(store.items.currsize)

    def get(self, key: K) -> V | None:
        """Return the value of ``key``, or None where there is none."""
        store = self._store()
        with store.guard:
            found = store.find(key)
        return None if found is _MISSING else cast(V, found)

    def get_many(self, keys: Iterable[K]) -> list[V | None]:
        """Return the value of each of ``keys``, with None where there is none."""
        store = self._store()
        with store.guard:
            found = [store.find(key) for key in keys]
        return [None if value is _MISSING else cast(V, value) for value in found]

    def get_or_compute(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of ``key``, which ``make`` computes where it is missing.

        None is a valid value. No lock is held while ``make`` runs; when several threads compute the value at
        the same time, all return the one that is finished first.
        """
        store = self._store()
        with store.guard:
            found = store.find(key)
        if found is not _MISSING:
            return cast(V, found)
        value = make()
        with store.guard:
            first = store.find(key)
            if first is not _MISSING:
                return cast(V, first)
            self._put(store, key, value)
        return value

    def put(self, key: K, value: V) -> None:
        """Store ``value`` under ``key``; a value larger than the whole cache is not stored."""
        store = self._store()
        with store.guard:
            self._put(store, key, value)

    def put_many(self, values: Iterable[tuple[K, V]]) -> None:
        """Store values under their keys."""
        store = self._store()
        with store.guard:
            for key, value in values:
                self._put(store, key, value)

    def clear(self) -> None:
        """Remove all values."""
        store = self._store()
        with store.guard:
            store.items.clear()

    @staticmethod
    def _put(store: _Store, key: K, value: V) -> None:
        if store.items.getsizeof(value) > store.items.maxsize:
            store.items.pop(key, None)
            return
        store.items[key] = value

    def _store(self) -> _Store:
        found = _own().get(self.name)
        if found is None:
            found = _own().setdefault(self.name, _Store(self._bounded()))
        return cast(_Store, found)

    def _bounded(self) -> _Items:
        if self.seconds is not None:
            return cachetools.TTLCache(self.most, self.seconds, timer=lambda: clock.now().timestamp())
        if self.share:
            most = int(self.share * installation().page_cache_mib * MEBIBYTE)
            return cachetools.LRUCache(most, getsizeof=_bytes_of)
        return cachetools.LRUCache(self.most)


class _Store:
    """The values of one cache in one application, with their lock."""

    __slots__ = ("guard", "items")

    def __init__(self, items: _Items) -> None:
        self.guard = threading.Lock()
        self.items = items

    def find(self, key: Hashable) -> object:
        # ``get`` of cachetools would look the key up twice.
        try:
            return self.items[key]
        except KeyError:
            return _MISSING


# Every cache by its name.
DECLARED: dict[str, Cache[Any, Any]] = {}


def app_values(name: str) -> dict[Any, Any]:
    """Return the dictionary ``name`` of the running application, for values that are set from outside.

    Unlike a cache it has no bound. Raises LookupError where no application runs.
    """
    found: dict[Any, Any] = _own().setdefault(name, {})
    return found


def _bytes_of(value: object) -> int:
    return sys.getsizeof(value) + ENTRY_BYTES


def _own() -> Caches:
    found = _caches.get()
    if found is None:
        raise LookupError("no caches outside of an application's context")
    return found


def use(found: Caches | None) -> Caches | None:
    """Make ``found`` the caches of the current context; return the previous ones."""
    before = _caches.get()
    _caches.set(found)
    return before


def request_memo() -> dict[str, Any]:
    """Return a dictionary for the current request; outside of requests a new one each time."""
    found = _memory.get()
    return {} if found is None else found


def begin_request() -> None:
    """Start the request with an empty memo."""
    _memory.set({})


def end_request() -> None:
    """Discard the memo of the request."""
    _memory.set(None)
