"""Writers of SQLite wait for their turn; a long step leaves a thread for readers."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask import Flask

from kashcraft.core import write_queue
from kashcraft.core.fair_lock import Busy, FairLock
from tests.support.races import at_once

WRITERS = 8


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch) -> FairLock:
    """Return the lock of the queue; its threads are not those of other tests."""
    own = FairLock()
    monkeypatch.setattr(write_queue, "_writers", own)
    return own


def request_that_writes(app: Flask, work: Callable[[], None]) -> Callable[[], str]:
    """Return a request whose step does ``work``; it returns written or busy."""

    def run() -> str:
        with app.test_request_context():
            try:
                with write_queue.turn_to_write():
                    work()
            except Busy:
                return "busy"
            return "written"

    return run


@pytest.mark.usefixtures("lock")
def test_twice_as_many_requests_as_threads_write_in_turn(database: Flask) -> None:
    assert 2 * database.config["SETTINGS"].threads == WRITERS
    # The last of them waits for about a second, while no step takes long.
    step_seconds = 0.15

    answers = at_once(database, [request_that_writes(database, lambda: time.sleep(step_seconds))] * WRITERS)

    assert answers == ["written"] * WRITERS
    assert write_queue._requests_writing == 0


def test_the_last_thread_does_not_wait_for_a_long_step(
    app: Flask, lock: FairLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "LONG_STEP", 0.05)
    monkeypatch.setattr(write_queue, "_requests_writing", app.config["SETTINGS"].threads - 1)
    with lock:
        assert request_that_writes(app, lambda: None)() == "busy"
    assert request_that_writes(app, lambda: None)() == "written"


def test_jobs_wait_without_limit(app: Flask, lock: FairLock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_queue, "PATIENCE", 0.0)
    with app.app_context(), write_queue.turn_to_write():
        assert request_that_writes(app, lambda: None)() == "busy"
        assert len(lock._queue) == 1
