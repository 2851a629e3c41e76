"""The progress of fetching pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """A picture whose last try failed: the reason, the number of tries, and the time of the next, if any."""

    slug: str
    address: str
    reason: str
    attempts: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many pictures of files are fetched, waiting and given up, and the failures."""

    fetched: int
    waiting: int
    given_up: int
    troubles: tuple[Trouble, ...] = ()
