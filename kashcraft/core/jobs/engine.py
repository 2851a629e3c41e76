"""The threads of a worker: one relay that leases and schedules, and huey's consumer that executes.

The outbox is the durable queue, so huey only needs to hand ids to threads: in memory inside one process, or
through Redis when a relay on one machine feeds workers on others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from huey import MemoryHuey, RedisHuey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

from kashcraft.core.jobs.relay import LEASE, give_back, lease_due, owe_scheduled, renew, run_row
from kashcraft.core.jobs.tasks import Schedule, work_waits

QUEUED = 32
RENEWAL_SECONDS = LEASE.total_seconds() / 4

log = structlog.get_logger()


class Engine:
    """Runs the outbox of one application until it is stopped."""

    def __init__(
        self, app: Flask, schedules: Sequence[Schedule], *, redis_url: str | None = None, threads: int = 2
    ):
        self._app = app
        self._schedules = schedules
        self._shared = redis_url is not None
        self._stopped = threading.Event()
        self._queue = _queue(redis_url, app.config["SECRET_KEY"])
        self._hand_over = self._queue.task(name="run_outbox_row")(self._run_row)
        self._consumer = _Threads(
            self._queue, workers=threads, periodic=False, initial_delay=0.05, max_delay=0.5
        )
        self._relay = threading.Thread(target=self._relay_rows, name="outbox-relay", daemon=True)
        self._ours: set[UUID] = set()
        self._renewed_at = time.monotonic()

    def start(self) -> None:
        """Start the relay and the consumer's threads."""
        self._consumer.start()
        self._relay.start()

    def is_alive(self) -> bool:
        """Return whether the relay and every thread of the consumer still run."""
        threads = [self._relay, *(thread for _, thread in self._consumer.worker_threads)]
        return all(thread.is_alive() for thread in threads)

    def stop(self) -> None:
        """Stop leasing, let running tasks finish, give back what was not begun, and return."""
        self._stopped.set()
        work_waits.set()
        self._relay.join(timeout=10)
        self._consumer.stop(graceful=True)
        with self._app.app_context():
            give_back(self._ours)

    def _run_row(self, row_id: str) -> None:
        identity = UUID(row_id)
        self._ours.add(identity)
        try:
            with self._app.app_context():
                run_row(identity)
        finally:
            self._ours.discard(identity)
            if not self._queue.pending_count():
                work_waits.set()

    def _relay_rows(self) -> None:
        while not self._stopped.is_set():
            work_waits.clear()
            try:
                with self._app.app_context():
                    self._relay_once()
            except Exception:
                log.exception("the relay failed and goes on")
            work_waits.wait(timeout=1.0)

    def _relay_once(self) -> None:
        """Lease no more than the threads get through well within a lease, and keep alive what runs long."""
        # Asked first, so that nothing is leased while the queue cannot be reached.
        free = QUEUED - self._queue.pending_count()
        owe_scheduled(self._schedules)
        if time.monotonic() - self._renewed_at > RENEWAL_SECONDS:
            self._renewed_at = time.monotonic()
            renew(set(self._ours))
        for row_id in lease_due(free) if free > 0 else ():
            if not self._shared:
                self._ours.add(row_id)
            self._hand_over(str(row_id))


class _Threads(Consumer):  # type: ignore[misc]
    """huey's consumer as threads of a process whose signals are not its own."""

    def _set_signal_handlers(self) -> None:
        """Leave the signals to the process."""


def _queue(redis_url: str | None, secret: str) -> Any:
    """Return the queue; what comes out of Redis is unpickled, so it is signed with the shop's secret."""
    if redis_url is None:
        return MemoryHuey("kashcraft", results=False)
    return RedisHuey(
        "kashcraft", url=redis_url, results=False, serializer=SignedSerializer(secret=secret, salt="jobs")
    )
