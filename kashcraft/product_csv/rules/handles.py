"""Slugs of a file's products: derived from their handles, unique, the same at every import."""

from __future__ import annotations

from collections.abc import Iterable

from slugify import slugify

LONGEST, LONGEST_CATEGORY = 160, 120


def slug_of(text: str, longest: int = LONGEST) -> str:
    """Return the slug of a handle, empty for one without letters and digits."""
    return slugify(text, max_length=longest, word_boundary=True)


def category_slug_of(type_name: str) -> str:
    """Return the slug of a type's category, empty for one without letters and digits."""
    return slug_of(type_name, LONGEST_CATEGORY)


def slugs_of(handles: Iterable[str]) -> dict[str, str]:
    """Return the slug of every handle; equal ones are numbered from 2.

    A handle that is a slug already is used unchanged. Among the others the first in the file gets the slug
    without a number, so that the same file always gives the same slugs.
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
