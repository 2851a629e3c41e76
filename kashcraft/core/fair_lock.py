"""A lock that serves waiting threads in the order of their arrival."""

from __future__ import annotations

import threading
import time
from collections import deque


class Busy(Exception):
    """The database accepts no writes at the moment; the caller can try again after a few seconds."""


class FairLock:
    """A lock that serves waiting threads in the order of their arrival."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._held_since = 0.0

    def acquire(
        self, patience: float | None = None, *, longest: float | None = None, at_least: float = 0.0
    ) -> None:
        """Wait until all earlier threads have released the lock, and acquire it.

        Raises Busy after ``patience`` seconds of waiting; None waits without limit. With ``longest`` it also
        raises Busy when one thread has held the lock for so many seconds and this one has waited for
        ``at_least`` seconds; threads that release it sooner may be any number.
        """
        turn = threading.Lock()
        turn.acquire()
        with self._guard:
            self._queue.append(turn)
            if len(self._queue) == 1:
                self._held_since = time.monotonic()
                return
        try:
            self._wait(turn, patience, longest, at_least)
        except BaseException:
            self._leave(turn)
            raise

    def _wait(
        self, turn: threading.Lock, patience: float | None, longest: float | None, at_least: float
    ) -> None:
        arrived = time.monotonic()
        while True:
            limits = [] if patience is None else [arrived + patience]
            if longest is not None:
                limits.append(max(arrived + at_least, self._held_since + longest))
            seconds = min(limits) - time.monotonic() if limits else -1
            if limits and seconds <= 0:
                raise Busy
            if turn.acquire(timeout=seconds):
                return

    def release(self) -> None:
        """Release the lock and wake the next thread."""
        self._leave(self._queue[0])

    def __enter__(self) -> None:
        """Acquire the lock."""
        self.acquire()

    def __exit__(self, *_: object) -> None:
        """Release the lock."""
        self.release()

    def _leave(self, turn: threading.Lock) -> None:
        """Remove ``turn`` from the queue; if it was the first, wake the next thread."""
        with self._guard:
            first = self._queue[0] is turn
            self._queue.remove(turn)
            if first and self._queue:
                self._held_since = time.monotonic()
                self._queue[0].release()
