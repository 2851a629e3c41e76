"""Rendered HTML kept in the process, by a key that changes when what it shows changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from flask import current_app
from markupsafe import Markup

from kashcraft.core.caches import Cache


class FragmentCache:
    """The most recently used fragments, at most ``most`` of them and ``size`` characters in all.

    Keys carry a version, so nothing has to be thrown away by hand: what is out of date is no longer asked
    for. Under Flask's debugger nothing is kept, because templates are edited there.
    """

    def __init__(self, name: str, *, most: int, size: int) -> None:
        """Declare the cache ``name``."""
        self._cache: Cache[Hashable, Markup] = Cache(name, most=most, size=size)

    def __len__(self) -> int:
        """Return how many fragments are kept."""
        return len(self._cache)

    def get(self, key: Hashable, render: Callable[[], str]) -> Markup:
        """Return the fragment under ``key``, rendering it first where it is not kept."""
        if current_app.debug:
            return Markup(render())  # noqa: S704 - the output of a template
        return self._cache.get_or_compute(key, lambda: Markup(render()))  # noqa: S704 - the output of a template

    def peek(self, key: Hashable) -> Markup | None:
        """Return the fragment under ``key`` where it is kept."""
        return None if current_app.debug else self._cache.get(key)

    def put(self, key: Hashable, fragment: Markup) -> None:
        """Keep ``fragment`` under ``key`` and let go of the longest unused ones beyond the bounds."""
        self._cache.put(key, fragment)
