"""The version of what a form shows: a save is refused if the stored values have changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def version_of(values: Mapping[str, object]) -> str:
    """Return a short text that differs whenever one of the values differs.

    It depends on these values alone, so sales and ratings, which change a row every minute, make no open form
    outdated.
    """
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
