"""Caches of rendered HTML, with keys that change together with the content.

A fragment is stored as UTF-8, as it is sent. Large ones are also stored compressed, at a fifth of their size,
so that many more pages stay cached than fit uncompressed; to decompress one takes about as long as to encode
its text. URLs with parameters use a cache of their own, so that invented ones evict no other page. Every key
contains what a fragment may show of the shop's settings.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable

from flask import current_app, request
from markupsafe import Markup

from kashcraft.core.caches import Cache
from kashcraft.core.settings import settings


class _Packed(bytes):
    """A compressed fragment."""

    __slots__ = ()


# Shares of the memory that the settings allow for rendered HTML.
PAGES: Cache[Hashable, bytes] = Cache("pages", share=3 / 8)
PACKED_PAGES: Cache[Hashable, bytes] = Cache("packed pages", share=3 / 8)
PARAMETER_PAGES: Cache[Hashable, bytes] = Cache("pages with parameters", share=1 / 4)
# Smaller fragments, such as cards, are not compressed.
LEAST_PACKED = 4096


def get(key: Hashable, render: Callable[[], str]) -> bytes:
    """Return the fragment of ``key``, rendered where it is not cached.

    Flask's debug mode disables the caches, because templates are edited there.
    """
    return get_bytes(key, lambda: render().encode())


def get_bytes(key: Hashable, make: Callable[[], bytes]) -> bytes:
    """Return the fragment of ``key``, made where it is not cached."""
    found = peek(key)
    if found is None:
        found = make()
        put(key, found)
    return found


def get_markup(key: Hashable, render: Callable[[], str]) -> Markup:
    """Return the fragment of ``key`` for a template that contains it."""
    return Markup(get(key, render).decode())  # noqa: S704 - the output of a template


def peek(key: Hashable) -> bytes | None:
    """Return the fragment of ``key``, or None where it is not cached under the current settings."""
    if current_app.debug:
        return None
    key = (settings().shown_key, key)
    found = PAGES.get(key)
    if found is not None:
        return found
    packed = PACKED_PAGES.get(key)
    if packed is not None:
        found = zlib.decompress(packed)
        PAGES.put(key, found)
        return found
    if request.args:
        found = PARAMETER_PAGES.get(key)
    return zlib.decompress(found) if isinstance(found, _Packed) else found


def put(key: Hashable, fragment: bytes) -> None:
    """Store ``fragment`` under ``key``; the least recently used ones are removed beyond the bounds."""
    if current_app.debug:
        return
    key = (settings().shown_key, key)
    packed = _Packed(zlib.compress(fragment, 1)) if len(fragment) >= LEAST_PACKED else None
    if request.args:
        PARAMETER_PAGES.put(key, packed or fragment)
        return
    PAGES.put(key, fragment)
    if packed is not None:
        PACKED_PAGES.put(key, packed)
