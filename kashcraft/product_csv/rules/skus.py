"""SKUs for pieces that come without one: made from handle and options, the same every time, never twice."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from slugify import slugify

LONGEST = 64


def derive_sku(slug: str, values: Sequence[str], taken: Collection[str] = ()) -> str:
    """Return a SKU such as ``LEATHER-ANCHOR-GOLD``, of at most 64 characters.

    Where that would be too long or is in ``taken``, it ends in eight characters of a hash of the exact handle
    and values, so that two pieces never share one and the same piece always gets the same.
    """
    plain = "-".join(part for part in (slugify(text) for text in (slug, *values)) if part).upper()
    if len(plain) <= LONGEST and plain not in taken:
        return plain
    exact = "\x1f".join((slug, *values)).encode()
    digest = hashlib.sha256(exact).hexdigest()[:8].upper()
    return f"{plain[: LONGEST - 9].rstrip('-')}-{digest}"
