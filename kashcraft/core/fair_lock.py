"""A lock that serves waiting threads in the order of their arrival."""

from __future__ import annotations

import threading
from collections import deque


class Busy(Exception):
    """The database accepts no writes at the moment; the caller can try again after a few seconds."""


class FairLock:
    """A lock that serves waiting threads in the order of their arrival."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()

    def acquire(self, patience: float | None = None) -> None:
        """Wait until all earlier threads have released the lock, and acquire it.

        Raises Busy after ``patience`` seconds of waiting; None waits without limit.
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
                self._queue[0].release()
