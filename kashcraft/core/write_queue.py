"""The queue of writers on SQLite, which has one writer at a time: served in the order of their arrival."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, has_request_context

from kashcraft.core.fair_lock import FairLock

# Seconds that a request waits for its turn.
PATIENCE = 5.0
# Where nearly all threads of a process wait, the last one stays free for pages that only read: it gives up as
# soon as one step has taken LONG_STEP seconds, but waits at least LEAST_PATIENCE. While steps end faster than
# that, every thread is soon free again, so it waits like the others.
LONG_STEP = 1.0
LEAST_PATIENCE = 0.1

_writers = FairLock()
_requests_writing = 0
_counting = threading.Lock()


@contextmanager
def turn_to_write() -> Iterator[None]:
    """Hold the lock of writers: jobs wait without limit, requests for a few seconds. Raises Busy."""
    if not has_request_context():
        with _writers:
            yield
        return
    with _counted_request() as is_last:
        if is_last:
            _writers.acquire(PATIENCE, longest=LONG_STEP, at_least=LEAST_PATIENCE)
        else:
            _writers.acquire(PATIENCE)
        try:
            yield
        finally:
            _writers.release()


@contextmanager
def _counted_request() -> Iterator[bool]:
    """Count a request that writes; yield whether it uses the last thread of the process."""
    global _requests_writing
    with _counting:
        _requests_writing += 1
        is_last = _requests_writing >= current_app.config["SETTINGS"].threads
    try:
        yield is_last
    finally:
        with _counting:
            _requests_writing -= 1
