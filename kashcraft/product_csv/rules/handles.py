"""Addresses of a file's products: made from their handles, each taken once, the same at every import."""

from __future__ import annotations

from collections.abc import Iterable

from slugify import slugify

LONGEST, LONGEST_CATEGORY = 160, 120


def slug_of(text: str, longest: int = LONGEST) -> str:
    """Return the address that a handle makes by itself, empty where it has neither letters nor digits."""
    return slugify(text, max_length=longest, word_boundary=True)


def shelf_slug_of(type_name: str) -> str:
    """Return the address of a category that a type makes, empty where it has neither letters nor digits."""
    return slug_of(type_name, LONGEST_CATEGORY)


def slugs_of(handles: Iterable[str]) -> dict[str, str]:
    """Return the address of every handle; those that would make one and the same are numbered from 2.

    A handle that is an address already keeps it; among the others the first in the file does, so that the
    same file gives the same addresses again.
    """
    distinct = list(dict.fromkeys(handles))
    slugs = {handle: handle for handle in distinct if handle and slug_of(handle) == handle}
    taken = set(slugs)
    for handle in distinct:
        if handle in slugs:
            continue
        base = slug = slug_of(handle)
        number = 1
        while slug and slug in taken:
            number += 1
            slug = f"{base[: LONGEST - len(str(number)) - 1].rstrip('-')}-{number}"
        slugs[handle] = slug
        taken.add(slug)
    return slugs
