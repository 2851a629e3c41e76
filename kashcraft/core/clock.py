"""The one place that reads the time, so that tests and the demo shop can stop it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_stopped: FrozenClock | None = None


@dataclass
class FrozenClock:
    """A clock that stands still at ``moment`` until it is moved by hand."""

    moment: datetime

    def advance(self, **by: float) -> datetime:
        """Move on by a ``timedelta`` given as keywords (``minutes=30``) and return the new time."""
        self.moment += timedelta(**by)
        return self.moment


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return _stopped.moment if _stopped else datetime.now(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[FrozenClock]:
    """Stop the clock of this process at ``moment`` (aware) for the length of the block."""
    global _stopped
    if moment.tzinfo is None:
        raise ValueError("a clock is frozen at an aware time")
    before, _stopped = _stopped, FrozenClock(moment.astimezone(UTC))
    try:
        yield _stopped
    finally:
        _stopped = before
