"""The threads of a worker: one relay that leases and schedules, and huey's consumer that executes.

The outbox is the durable queue, so huey only needs to hand ids to threads: in memory inside one process, or
through
Redis when a relay on one machine feeds workers on others.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from huey import MemoryHuey, RedisHuey

from kashcraft.core.db import db
from kashcraft.core.jobs.relay import lease_due, owe_scheduled, run_row
from kashcraft.core.jobs.tasks import Schedule, work_waits

log = structlog.get_logger()


class Engine:
    """Runs the outbox of one application until it is stopped."""

    def __init__(
        self, app: Flask, schedules: Sequence[Schedule], *, redis_url: str | None = None, threads: int = 2
    ):
        self._app = app
        self._schedules = schedules
        self._stopped = threading.Event()
        self._huey: Any = RedisHuey("kashcraft", url=redis_url) if redis_url else MemoryHuey("kashcraft")
        self._run = self._huey.task(name="run_outbox_row")(self._run_row)
        self._consumer = self._huey.create_consumer(
            workers=threads, periodic=False, initial_delay=0.05, max_delay=0.5
        )
        self._relay = threading.Thread(target=self._relay_rows, name="outbox-relay", daemon=True)

    def start(self) -> None:
        """Start the relay and the consumer's threads."""
        self._consumer.start()
        self._relay.start()

    def stop(self) -> None:
        """Stop leasing, let running tasks finish, and return."""
        self._stopped.set()
        work_waits.set()
        self._relay.join(timeout=10)
        self._consumer.stop(graceful=True)

    def _run_row(self, row_id: str) -> None:
        with self._app.app_context():
            run_row(UUID(row_id))

    def _relay_rows(self) -> None:
        while not self._stopped.is_set():
            work_waits.clear()
            try:
                with self._app.app_context():
                    owe_scheduled(self._schedules)
                    for row_id in lease_due():
                        self._run(str(row_id))
                    db.session.remove()
            except Exception:
                log.exception("the relay failed and goes on")
            work_waits.wait(timeout=1.0)
