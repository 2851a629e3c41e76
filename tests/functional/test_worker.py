"""The worker, in a process of its own and in the web server, finishes its task when it is stopped."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.server import FLASK, ROOT, environment, flask, running

QUEUE_EMAIL = """
from kashcraft import create_app
from kashcraft.core.db import step
from kashcraft.notifications.services import queue_message
with create_app().app_context(), step():
    queue_message(kind="account_exists", recipient="ada@shop.example", key="once", context={"name": "Ada"})
"""


@contextmanager
def slow_mail_server() -> Iterator[tuple[str, threading.Event]]:
    """A mail server that is silent for two seconds, and an event that is set by a connection."""
    came = threading.Event()

    def answer(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        came.set()
        time.sleep(2)
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer, args=(listening,), daemon=True).start()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}", came


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    flask("db", "upgrade", variables=environment(tmp_path))
    subprocess.run(
        [FLASK.with_name("python"), "-c", QUEUE_EMAIL], cwd=ROOT, env=environment(tmp_path), check=True
    )
    return tmp_path


def outcome(instance: Path) -> tuple[int, bool]:
    """Return the number of tries of the e-mail, and whether the last one was finished."""
    engine = sa.create_engine(f"sqlite:///{instance / 'kashcraft.db'}")
    with engine.connect() as connection:
        row = connection.execute(
            sa.text("SELECT attempts, last_error FROM outbox WHERE name = 'notifications.deliver'")
        ).one()
    engine.dispose()
    return row.attempts, row.last_error is not None


def start(instance: Path, mail_url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [FLASK, "worker"],
        cwd=ROOT,
        env=environment(instance, mail_url=mail_url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_stopped_worker_finishes_its_task_and_exits_with_0(instance: Path) -> None:
    with slow_mail_server() as (url, came):
        worker = start(instance, url)
        assert came.wait(timeout=60)
        worker.terminate()
        assert worker.wait(timeout=30) == 0

    assert outcome(instance) == (1, True)


def test_a_worker_replaces_its_command_by_a_process_that_needs_less_memory(instance: Path) -> None:
    with slow_mail_server() as (url, came):
        worker = start(instance, url)
        assert came.wait(timeout=60)
        arguments = Path(f"/proc/{worker.pid}/cmdline").read_bytes().split(b"\0")
        variables = Path(f"/proc/{worker.pid}/environ").read_bytes().split(b"\0")
        worker.terminate()
        worker.wait(timeout=30)

    assert arguments[1:-1] == [b"-m", b"kashcraft.worker_process"]
    assert {b"PYTHONOPTIMIZE=2", b"MALLOC_ARENA_MAX=2"} <= set(variables)


def test_a_stopped_web_server_waits_for_its_worker(instance: Path) -> None:
    with slow_mail_server() as (url, came), running(instance, mail_url=url) as server:
        assert came.wait(timeout=60)
        server.process.terminate()
        assert server.process.wait(timeout=30) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in server.pids() if pid != os.getpid())

    assert outcome(instance) == (1, True)


def test_a_worker_waits_for_an_unreachable_database(tmp_path: Path) -> None:
    variables = environment(tmp_path, "postgresql://127.0.0.1:1/away")
    with subprocess.Popen(
        [FLASK, "worker"], cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        first = worker.stdout.readline()
        worker.terminate()
        assert worker.wait(timeout=30) == 0

    assert "the relay does not reach the database" in first
