"""The only reader of the current time, so that tests and the demo shop can freeze it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_stopped: FrozenClock | None = None


@dataclass
class FrozenClock:
    """A clock that shows ``moment`` until it is advanced."""

    moment: datetime

    def advance(self, **by: float) -> datetime:
        """Advance by a ``timedelta`` given as keywords (``minutes=30``) and return the new time."""
        self.moment += timedelta(**by)
        return self.moment


def now() -> datetime:
    """Return the current time, with time zone UTC."""
    return _stopped.moment if _stopped else datetime.now(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[FrozenClock]:
    """Freeze the clock of this process at ``moment``, which has a time zone, for the length of the block."""
    global _stopped
    if moment.tzinfo is None:
        raise ValueError("a clock is frozen at an aware time")
    before, _stopped = _stopped, FrozenClock(moment.astimezone(UTC))
    try:
        yield _stopped
    finally:
        _stopped = before
