"""The worker: a process of its own, or threads in the web process where the shop has only one."""

from __future__ import annotations

import signal
import threading
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from flask import Flask

from kashcraft import development, wiring

if TYPE_CHECKING:
    from kashcraft.core.jobs.engine import Engine


LOOK_SECONDS = 5


def engine_for(app: Flask) -> Engine:
    """Return an engine that runs the jobs and schedules of ``app``."""
    from kashcraft.core.jobs.engine import Engine  # imports huey, which web processes do not need

    settings = app.config["SETTINGS"]
    return Engine(
        app, wiring.SCHEDULES, redis_url=settings.redis_url or None, threads=settings.worker_threads
    )


def start_embedded(app: Flask) -> None:
    """Start the worker's threads in this process where the settings ask for it, and stop them at its end."""
    if app.config["SETTINGS"].embedded_worker and not development.only_watches():
        app.extensions["worker"] = engine_for(app)
        app.extensions["worker"].start()
        # Forked web processes end without running atexit functions, but they run finalizers.
        Finalize(None, app.extensions["worker"].stop, exitpriority=10)


def run(app: Flask) -> None:
    """Run jobs until the process is stopped. Exits with 1 when one of the threads has died."""
    engine = engine_for(app)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    engine.start()
    while not stopped.wait(LOOK_SECONDS) and engine.is_alive():
        pass
    died = not engine.is_alive()
    engine.stop()
    if died:
        raise SystemExit(1)
