"""A version of content by its values: two versions are equal if and only if the content is.

A form carries the version of what the person saw, and a service refuses a change of something newer. Unlike a
counter it does not change when values were changed and changed back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b

from kashcraft.core.errors import DomainError

# The code of refusals of a change by a form that shows outdated values.
OUTDATED = "outdated"


def content_version(values: Mapping[str, object]) -> str:
    """Return the version of ``values``, which are plain values of JSON: 32 characters."""
    plain = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return blake2b(plain.encode(), digest_size=16).hexdigest()


def refuse_outdated(seen: str | None, values: Mapping[str, object]) -> None:
    """Raise DomainError ``outdated`` if ``seen`` is the version of other values; None accepts all values."""
    if seen is not None and seen != content_version(values):
        raise DomainError(OUTDATED)
