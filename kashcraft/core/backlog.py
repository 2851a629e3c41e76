"""Work that waits: how much, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """The number of waiting items, and since when the oldest waits; None where that is not stored."""

    count: int = 0
    oldest: datetime | None = None
