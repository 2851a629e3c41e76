"""What a process keeps of what it worked out, and what a request remembers until it is answered.

Every cache is declared once, by a name and with a bound, in the module that fills it; ``docs/caches.md``
lists them. What they hold belongs to the application that runs, and can always be worked out again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Sized
from contextvars import ContextVar
from typing import Any, Generic, TypeVar, cast

import cachetools

from kashcraft.core import clock

Caches = dict[str, Any]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_MISSING = object()
# What an application holds of a cache; the cache knows of which types.
_Items = cachetools.Cache[Hashable, object]

_caches: ContextVar[Caches | None] = ContextVar("caches", default=None)
_memory: ContextVar[dict[str, Any] | None] = ContextVar("memory", default=None)


class Cache(Generic[K, V]):
    """The values that were used last, at most ``most`` of them, shared by the threads of a process.

    With ``size`` their lengths together are bounded too: each counts as its own, and as ``size / most`` at
    least, so that neither bound is passed. With ``seconds`` a value is forgotten when it is so old. Raises
    ValueError for a name that another cache has.
    """

    def __init__(
        self, name: str, *, most: int, size: int | None = None, seconds: float | None = None
    ) -> None:
        """Declare the cache ``name``."""
        if name in DECLARED:
            raise ValueError(f"two caches called {name!r}")
        self.name, self.most, self.size, self.seconds = name, most, size, seconds
        DECLARED[name] = self

    def __len__(self) -> int:
        """Return how many values are kept."""
        store = self._store()
        with store.guard:
            return len(store.items)

    def get(self, key: K) -> V | None:
        """Return the value under ``key``, None where there is none."""
        store = self._store()
        with store.guard:
            found = store.find(key)
        return None if found is _MISSING else cast(V, found)

    def get_many(self, keys: Iterable[K]) -> list[V | None]:
        """Return the value under each of ``keys``, None where there is none."""
        store = self._store()
        with store.guard:
            found = [store.find(key) for key in keys]
        return [None if value is _MISSING else cast(V, value) for value in found]

    def get_or_compute(self, key: K, make: Callable[[], V]) -> V:
        """Return the value under ``key``, which ``make`` gives where there is none; None is a value.

        Other threads are not kept waiting meanwhile: the value of the first to be done is everybody's.
        """
        store = self._store()
        with store.guard:
            found = store.find(key)
        if found is not _MISSING:
            return cast(V, found)
        made = make()
        with store.guard:
            first = store.find(key)
            if first is not _MISSING:
                return cast(V, first)
            self._put(store, key, made)
        return made

    def put(self, key: K, value: V) -> None:
        """Keep ``value`` under ``key``; what is larger than the whole cache is not kept."""
        store = self._store()
        with store.guard:
            self._put(store, key, value)

    def put_many(self, values: Iterable[tuple[K, V]]) -> None:
        """Keep values under their keys."""
        store = self._store()
        with store.guard:
            for key, value in values:
                self._put(store, key, value)

    def clear(self) -> None:
        """Forget everything."""
        store = self._store()
        with store.guard:
            store.items.clear()

    @property
    def _least(self) -> int:
        return (self.size or 0) // self.most

    def _put(self, store: _Store, key: K, value: V) -> None:
        if self.size is not None and max(len(cast(Sized, value)), self._least) > self.size:
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
        if self.size is not None:
            least = self._least
            return cachetools.LRUCache(self.size, getsizeof=lambda value: max(len(cast(Sized, value)), least))
        return cachetools.LRUCache(self.most)


class _Store:
    """What an application holds of one cache."""

    __slots__ = ("guard", "items")

    def __init__(self, items: _Items) -> None:
        self.guard = threading.Lock()
        self.items = items

    def find(self, key: Hashable) -> object:
        # Not ``get``, which looks for the key twice.
        try:
            return self.items[key]
        except KeyError:
            return _MISSING


# Every cache of the shop by its name.
DECLARED: dict[str, Cache[Any, Any]] = {}


def app_values(name: str) -> dict[Any, Any]:
    """Return the dictionary ``name`` of the running application, for what is set from outside: it is no
    cache, because nothing bounds it. Raises LookupError where no application runs.
    """
    found: dict[Any, Any] = _own().setdefault(name, {})
    return found


def _own() -> Caches:
    found = _caches.get()
    if found is None:
        raise LookupError("no caches outside of an application's context")
    return found


def use(found: Caches | None) -> Caches | None:
    """Make ``found`` the caches of what runs from here on; return those that it had before."""
    before = _caches.get()
    _caches.set(found)
    return before


def request_memo() -> dict[str, Any]:
    """Return a dictionary that lives as long as the current request; outside of requests always a new one."""
    found = _memory.get()
    return {} if found is None else found


def begin_request() -> None:
    """Remember nothing of an earlier request."""
    _memory.set({})


def end_request() -> None:
    """Forget what the request request_memo."""
    _memory.set(None)
