"""The worker's threads, with queues in memory and in Redis."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from huey import RedisHuey
from structlog.testing import capture_logs

from kashcraft import config, create_app
from kashcraft.core import clock, jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.jobs.engine import QUEUED, Engine, queue_of
from tests.support.redis import redis

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
    with redis(tmp_path) as url:
        yield url


def test_threads_run_each_job_once(database: Flask, redis_url: str | None) -> None:
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


begun = threading.Event()
may_end = threading.Event()


@jobs.task("tests.linger")
def linger() -> None:
    begun.set()
    may_end.wait(timeout=30)
    arrived.append(0)


def test_stopping_waits_for_running_jobs_and_returns_the_others(database: Flask) -> None:
    arrived.clear()
    begun.clear()
    may_end.clear()
    with step():
        jobs.enqueue(linger)
        jobs.enqueue(linger)
    engine = Engine(database, [], threads=1)
    engine.start()
    assert begun.wait(timeout=30)
    assert engine.is_alive()
    stopping = threading.Thread(target=engine.stop)
    stopping.start()
    assert engine._pools[jobs.Lane.SHOP].consumer.stop_flag.wait(timeout=30)
    may_end.set()
    stopping.join(timeout=30)

    assert arrived == [0]
    assert not engine.is_alive()
    rows = db.session.execute(
        sa.select(jobs.Outbox.attempts, jobs.Outbox.done_at.is_(None), jobs.Outbox.due_at <= clock.now())
    ).all()
    assert sorted(map(tuple, rows)) == [(0, True, True), (1, False, False)]


def test_the_engine_leaves_the_signals_to_the_process(database: Flask) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
    engine = Engine(database, [], threads=1)
    engine.start()
    engine.stop()

    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)] == before


def test_no_more_is_leased_than_the_threads_can_process(database: Flask) -> None:
    begun.clear()
    may_end.clear()
    with step():
        for _ in range(40):
            jobs.enqueue(linger)
    engine = Engine(database, [], threads=1)
    engine.start()
    assert begun.wait(timeout=30)
    leased = db.session.scalar(sa.select(sa.func.count()).where(jobs.Outbox.attempts == 1))
    may_end.set()
    engine.stop()

    assert QUEUED <= leased <= QUEUED + 1


def test_unsigned_jobs_in_redis_are_not_run(database: Flask, tmp_path: Path) -> None:
    with redis(tmp_path) as url:
        foreign = RedisHuey("kashcraft-shop", url=url)
        foreign.task(name="run_outbox_row")(lambda row_id: None)("x")
        queue = queue_of(jobs.Lane.SHOP, url, "the shop's own secret")
        with pytest.raises(ValueError, match="Signature|Separator"):
            queue.dequeue()


@jobs.task("tests.wait_for_mail", lane=jobs.Lane.MAIL)
def wait_for_mail() -> None:
    begun.set()
    may_end.wait(timeout=30)


def test_slow_services_do_not_delay_other_lanes(database: Flask) -> None:
    arrived.clear()
    all_there.clear()
    begun.clear()
    may_end.clear()
    with step():
        for _ in range(40):
            jobs.enqueue(wait_for_mail)
    engine = Engine(database, [], threads=1)
    engine.start()
    try:
        assert begun.wait(timeout=30)
        for number in range(20):
            with step():
                jobs.enqueue(arrive, number=number)
        assert all_there.wait(timeout=30)
    finally:
        may_end.set()
        engine.stop()

    assert sorted(arrived) == list(range(20))


def test_an_unreachable_database_is_logged_once(tmp_path: Path) -> None:
    settings = config.load({}, instance_path=tmp_path, database_url="postgresql://127.0.0.1:1/away")
    engine = Engine(create_app(settings), [], threads=1)
    with capture_logs() as lines:
        engine.start()
        # Asked again every second, and whenever there is work.
        for _ in range(20):
            jobs.tasks.work_available.set()
            time.sleep(0.05)
        engine.stop()

    assert [line["event"] for line in lines] == ["the relay does not reach the database"]


def test_scheduled_tasks_are_enqueued_when_a_slot_begins(database: Flask, frozen: FrozenClock) -> None:
    engine = Engine(database, [jobs.Schedule(linger, every=60)], threads=1)

    def enqueued() -> int:
        engine._enqueue_scheduled()
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(jobs.Outbox)) or 0)

    assert [enqueued(), enqueued()] == [1, 1]
    frozen.advance(seconds=60)
    assert enqueued() == 2
