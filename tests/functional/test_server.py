"""Forked web processes share loaded code and nothing else."""

import http.client
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support import postgres, server

ROOT = Path(__file__).resolve().parents[2]
MADE = """
import sys, threading
from kashcraft.server import create_shared_application
create_shared_application()
print(threading.active_count(), flush=True)
sys.stdin.read()
"""
IDS = """
import os
from kashcraft.core.ids import new_id, new_reference, new_token
for _ in range(4):
    new_id()
for _ in range(2):
    if os.fork() == 0:
        print(new_id(), new_reference("KC"), new_token(), flush=True)
        os._exit(0)
    os.wait()
"""
OTHERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def asked(url: str) -> int:
    """Return the response on a new connection."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    connection.request("GET", "/")
    return connection.getresponse().status


def wrong_password(url: str) -> int:
    """Return the response to a wrong password on a new connection."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    connection.request("POST", "/account/sign-in", "email=ada%40shop.example&password=wrong", headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_shared_application_has_no_connection_and_no_thread(
    cluster: postgres.Cluster, tmp_path: Path
) -> None:
    url = cluster.create_database()
    variables = server.environment(tmp_path, url)
    server.flask("db", "upgrade", variables=variables)
    engine = sa.create_engine(url)
    with subprocess.Popen(
        [sys.executable, "-c", MADE],
        cwd=ROOT,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        threads = parent.stdout.readline()
        with engine.connect() as connection:
            connections = connection.scalar(OTHERS)
        parent.communicate("")
    engine.dispose()
    assert (threads, connections, parent.returncode) == ("1\n", 0, 0)


def test_two_processes_and_their_parent_serve_the_shop(cluster: postgres.Cluster, tmp_path: Path) -> None:
    url = cluster.create_database()
    server.flask("db", "upgrade", variables=server.environment(tmp_path, url))
    with server.running(tmp_path, url) as shop:
        assert len(shop.pids()) == 3
        assert {asked(shop.url) for _ in range(12)} == {200}


def test_two_processes_together_allow_as_many_tries_as_one(cluster: postgres.Cluster, tmp_path: Path) -> None:
    url = cluster.create_database()
    server.flask("db", "upgrade", variables=server.environment(tmp_path, url))
    with server.running(tmp_path, url, "--workers", "2") as shop:
        statuses = Counter(wrong_password(shop.url) for _ in range(28))

    assert set(statuses) == {422, 429}
    assert 5 <= statuses[422] <= 10


def test_forked_processes_create_different_identifiers() -> None:
    done = subprocess.run([sys.executable, "-c", IDS], cwd=ROOT, capture_output=True, text=True, check=True)
    printed = done.stdout.splitlines()
    words = {word for line in printed for word in line.split()}
    assert (len(printed), len(words)) == (2, 6)


def test_a_port_in_use_is_reported_in_one_line(tmp_path: Path) -> None:
    variables = server.environment(tmp_path)
    server.flask("db", "upgrade", variables=variables)
    with server.running(tmp_path) as shop:
        second = subprocess.run(
            [server.FLASK, "serve", "--port", str(shop.port)],
            cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

        assert second.returncode == 1
        assert second.stderr == f"Error: cannot listen at 127.0.0.1:{shop.port}: Address already in use.\n"
        assert asked(shop.url) == 200


@pytest.mark.parametrize("workers", [1, 2])
def test_a_shop_can_be_stopped_while_it_starts(
    cluster: postgres.Cluster, tmp_path: Path, workers: int
) -> None:
    variables = server.environment(tmp_path, cluster.create_database())
    server.flask("db", "upgrade", variables=variables)
    port = server.free_port()
    with subprocess.Popen(
        [server.FLASK, "serve", "--port", str(port), "--workers", str(workers)],
        cwd=ROOT, env=variables, stderr=subprocess.PIPE, text=True,
    ) as starting:  # fmt: skip
        assert starting.stderr is not None
        assert starting.stderr.readline() == f"Kashcraft is open at http://127.0.0.1:{port}\n"
        time.sleep(0.3)
        shop = server.Server("", port, tmp_path, starting)
        processes = shop.pids()
        starting.terminate()
        starting.wait(timeout=20)

    assert not any(Path(f"/proc/{pid}").exists() for pid in processes)
