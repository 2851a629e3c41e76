"""How far the shop is with pictures that are addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """A picture whose last try went wrong: why, after how many tries, and when the next is, if any."""

    slug: str
    address: str
    reason: str
    attempts: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many pictures of files are there, are waiting and were given up, and what went wrong with them."""

    fetched: int
    waiting: int
    given_up: int
    troubles: tuple[Trouble, ...] = ()
