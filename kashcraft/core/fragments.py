"""A cache of rendered HTML, with keys that change together with the content."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from flask import current_app
from markupsafe import Markup

from kashcraft.core.caches import Cache


class FragmentCache:
    """The most recently used fragments: at most ``most`` of them and ``size`` characters in all.

    Keys contain a version, so outdated fragments are never read and need no invalidation. Flask's debug mode
    disables the cache, because templates are edited there.
    """

    def __init__(self, name: str, *, most: int, size: int) -> None:
        """Declare the cache ``name``."""
        self._cache: Cache[Hashable, Markup] = Cache(name, most=most, size=size)

    def __len__(self) -> int:
        """Return the number of cached fragments."""
        return len(self._cache)

    def get(self, key: Hashable, render: Callable[[], str]) -> Markup:
        """Return the fragment of ``key``, rendered where it is not cached."""
        if current_app.debug:
            return Markup(render())  # noqa: S704 - the output of a template
        return self._cache.get_or_compute(key, lambda: Markup(render()))  # noqa: S704 - the output of a template

    def peek(self, key: Hashable) -> Markup | None:
        """Return the fragment of ``key``, or None where it is not cached."""
        return None if current_app.debug else self._cache.get(key)

    def put(self, key: Hashable, fragment: Markup) -> None:
        """Store ``fragment`` under ``key``; the least recently used ones are removed beyond the bounds."""
        self._cache.put(key, fragment)
