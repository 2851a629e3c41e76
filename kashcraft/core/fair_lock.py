"""Turns: a lock whose waiters are served in the order of their coming."""

from __future__ import annotations

import threading
from collections import deque


class Busy(Exception):
    """The database takes no write at the moment; the same may be tried again in a few seconds."""


class FairLock:
    """A lock that serves its waiters strictly in the order in which they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()

    def acquire(self, patience: float | None = None) -> None:
        """Join the queue and return when everybody before has released.

        Raises Busy when that takes longer than ``patience`` seconds.
        """
        turn = threading.Lock()
        turn.acquire()
        with self._guard:
            self._queue.append(turn)
            if len(self._queue) == 1:
                return
        try:
            if not turn.acquire(timeout=-1 if patience is None else patience):
                raise Busy
        except BaseException:
            self._leave(turn)
            raise

    def release(self) -> None:
        """Leave, and let the next in the queue go on."""
        self._leave(self._queue[0])

    def __enter__(self) -> None:
        """Acquire."""
        self.acquire()

    def __exit__(self, *_: object) -> None:
        """Release."""
        self.release()

    def _leave(self, turn: threading.Lock) -> None:
        """Take ``turn`` out of the queue; if it was the first, the next goes on."""
        with self._guard:
            first = self._queue[0] is turn
            self._queue.remove(turn)
            if first and self._queue:
                self._queue[0].release()
