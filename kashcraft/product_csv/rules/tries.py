"""How often and when a picture is tried to be fetched."""

from __future__ import annotations

from datetime import timedelta

TRIES = 8
_FIRST, _FACTOR, _LONGEST = timedelta(seconds=30), 4, timedelta(hours=4)


def pause_after(attempts: int, asked: timedelta | None = None) -> timedelta | None:
    """Return how long to wait after so many tries that failed, None where that is enough.

    Pauses grow from 30 seconds fourfold to four hours; a server that asked to be left alone for longer is,
    but never for more than those four hours.
    """
    if attempts >= TRIES:
        return None
    own: timedelta = min(_FIRST * _FACTOR ** max(attempts - 1, 0), _LONGEST)
    return min(max(own, asked or timedelta()), _LONGEST)
