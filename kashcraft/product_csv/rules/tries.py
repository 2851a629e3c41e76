"""How often and when the shop tries to fetch a picture."""

from __future__ import annotations

from datetime import timedelta

TRIES = 8
_FIRST, _FACTOR, _LONGEST = timedelta(seconds=30), 4, timedelta(hours=4)


def pause_after(attempts: int, asked: timedelta | None = None) -> timedelta | None:
    """Return the pause after a number of failed tries, None after the last.

    Pauses grow fourfold from 30 seconds to four hours. A longer pause that the server has requested is
    respected, up to four hours.
    """
    if attempts >= TRIES:
        return None
    own: timedelta = min(_FIRST * _FACTOR ** max(attempts - 1, 0), _LONGEST)
    return min(max(own, asked or timedelta()), _LONGEST)
