"""The threads of a worker: a relay that leases and schedules, and huey's threads for each lane.

The outbox is the durable queue. huey only passes ids to threads: in memory within one process, or through
Redis from the relay on one machine to workers on others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from huey import MemoryHuey, RedisHuey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from sqlalchemy.exc import OperationalError

from kashcraft.core import clock
from kashcraft.core.jobs.relay import (
    LEASE,
    enqueue_scheduled,
    give_back,
    lease,
    list_due_lanes,
    renew,
    run_row,
)
from kashcraft.core.jobs.tasks import Lane, Schedule, slots_at, work_available

QUEUED = 32
# The relay pauses after each look at the outbox, so that jobs which arrive together are leased together.
PAUSE_SECONDS = 0.05
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
        self._pools = {
            lane: Pool(partial(self._run_row, lane), lane, redis_url, app.config["SECRET_KEY"], threads)
            for lane in Lane
        }
        self._relay = threading.Thread(target=self._relay_rows, name="outbox-relay", daemon=True)
        self._leased: set[UUID] = set()
        self._enqueued: dict[str, int] = {}
        # The lanes that may have more due rows than were leased.
        self._backlogs: set[Lane] = set()
        self._renewed_at = time.monotonic()

    def start(self) -> None:
        """Start the relay and the threads of each lane."""
        for pool in self._pools.values():
            pool.consumer.start()
        self._relay.start()

    def is_alive(self) -> bool:
        """Return whether the relay and every thread of the lanes still run."""
        lanes = [pool.consumer.worker_threads for pool in self._pools.values()]
        threads = [self._relay, *(thread for lane in lanes for _, thread in lane)]
        return all(thread.is_alive() for thread in threads)

    def stop(self) -> None:
        """Stop leasing, wait for running tasks, return rows that were not started, and return."""
        self._stopped.set()
        work_available.set()
        self._relay.join(timeout=10)
        for pool in self._pools.values():
            pool.consumer.stop_flag.set()
        for pool in self._pools.values():
            pool.consumer.stop(graceful=True)
        with self._app.app_context():
            give_back(self._leased)

    def _run_row(self, lane: Lane, row_id: str) -> None:
        identity = UUID(row_id)
        self._leased.add(identity)
        try:
            with self._app.app_context():
                run_row(identity)
        finally:
            self._leased.discard(identity)
            if lane in self._backlogs and self._pools[lane].queue.pending_count() < QUEUED // 2:
                work_available.set()

    def _relay_rows(self) -> None:
        unreachable = False
        while not self._stopped.is_set():
            work_available.clear()
            try:
                with self._app.app_context():
                    self._relay_once()
                if unreachable:
                    log.info("the relay reaches the database again")
                unreachable = False
            except OperationalError as error:
                # Tried every second; logged only once.
                if not unreachable:
                    log.warning("the relay does not reach the database", reason=str(error.orig)[:200])
                unreachable = True
            except Exception:
                log.exception("the relay failed and goes on")
            self._stopped.wait(timeout=PAUSE_SECONDS)
            work_available.wait(timeout=1.0)

    def _relay_once(self) -> None:
        """Lease as many rows as the threads can process within a lease, and renew leases of long tasks."""
        # Read first, so that nothing is leased while a queue is unavailable.
        free = {lane: QUEUED - pool.queue.pending_count() for lane, pool in self._pools.items()}
        self._enqueue_scheduled()
        if time.monotonic() - self._renewed_at > RENEWAL_SECONDS:
            self._renewed_at = time.monotonic()
            renew(set(self._leased))
        due = list_due_lanes()
        self._backlogs.difference_update(set(Lane) - set(due))
        for lane in due:
            self._backlogs.add(lane)
            leased = lease(free[lane], [lane]) if free[lane] > 0 else []
            if len(leased) < free[lane]:
                self._backlogs.discard(lane)
            for row_id in leased:
                if not self._shared:
                    self._leased.add(row_id)
                self._pools[lane].hand_over(str(row_id))

    def _enqueue_scheduled(self) -> None:
        """Enqueue scheduled tasks whenever a time slot of one of them begins."""
        slots = slots_at(self._schedules, clock.now())
        if slots != self._enqueued:
            enqueue_scheduled(self._schedules)
            self._enqueued = slots


class Pool:
    """The queue of one lane and its threads."""

    def __init__(
        self, run: Callable[[str], None], lane: Lane, redis_url: str | None, secret: str, threads: int
    ) -> None:
        self.queue = queue_of(lane, redis_url, secret)
        self.hand_over = self.queue.task(name="run_outbox_row")(run)
        self.consumer = _Threads(
            self.queue, workers=threads, periodic=False, initial_delay=0.05, max_delay=0.5
        )


class _Threads(Consumer):  # type: ignore[misc]
    """huey's consumer for threads in a process that handles its own signals."""

    def _set_signal_handlers(self) -> None:
        """Install no signal handlers."""


def queue_of(lane: Lane, redis_url: str | None, secret: str) -> Any:
    """Return a lane's queue. Data in Redis is pickled, so it is signed with the shop's secret."""
    name = f"kashcraft-{lane}"
    if redis_url is None:
        return MemoryHuey(name, results=False)
    return RedisHuey(
        name, url=redis_url, results=False, serializer=SignedSerializer(secret=secret, salt="jobs")
    )
