"""Rendered HTML kept in the process, by a key that changes when what it shows changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from markupsafe import Markup


class FragmentCache:
    """The most recently used fragments, at most ``limit`` of them and ``size`` characters in all.

    Keys carry a version, so nothing has to be thrown away by hand: what is out of date is no longer asked
    for.
    """

    def __init__(self, *, enabled: bool = True, limit: int = 512, size: int = 8_000_000) -> None:
        self.enabled = enabled
        self._limit = limit
        self._size = size
        self._held = 0
        self._items: OrderedDict[Hashable, Markup] = OrderedDict()
        self._guard = threading.Lock()

    def __len__(self) -> int:
        """Return how many fragments are kept."""
        with self._guard:
            return len(self._items)

    def get(self, key: Hashable, render: Callable[[], str]) -> Markup:
        """Return the fragment under ``key``, rendering it first where it is not kept."""
        if not self.enabled:
            return Markup(render())  # noqa: S704 - the output of a template
        with self._guard:
            kept = self._items.get(key)
            if kept is not None:
                self._items.move_to_end(key)
                return kept
        fresh = Markup(render())  # noqa: S704 - the output of a template
        self.put(key, fresh)
        return fresh

    def peek(self, key: Hashable) -> Markup | None:
        """Return the fragment under ``key`` where it is kept."""
        with self._guard:
            return self._items.get(key) if self.enabled else None

    def put(self, key: Hashable, fragment: Markup) -> None:
        """Keep ``fragment`` under ``key`` and let go of the longest unused ones beyond the limits."""
        if not self.enabled:
            return
        with self._guard:
            old = self._items.pop(key, None)
            self._held += len(fragment) - (len(old) if old is not None else 0)
            self._items[key] = fragment
            while len(self._items) > self._limit or self._held > self._size:
                _, gone = self._items.popitem(last=False)
                self._held -= len(gone)

    def clear(self) -> None:
        """Forget everything."""
        with self._guard:
            self._items.clear()
            self._held = 0
