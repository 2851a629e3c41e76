"""The shop in a process of its own, under its production server, on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLASK = Path(sys.executable).with_name("flask")
START_SECONDS = 60
STOP_SECONDS = 15


class ServerError(Exception):
    """A command failed or the shop did not start; the message contains the output."""


class PortTaken(ServerError):
    """The chosen port is in use by another process."""


@dataclass(frozen=True)
class Server:
    """A running shop."""

    url: str
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    def pids(self) -> list[int]:
        """Return the process ids of the server and all its descendants."""
        found = [self.process.pid]
        for parent in found:
            for children in Path(f"/proc/{parent}/task").glob("*/children"):
                found.extend(int(pid) for pid in children.read_text().split())
        return found

    def memory(self) -> int:
        """Return the memory of the server's processes in bytes, with shared pages divided among them."""
        total = 0
        for pid in self.pids():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total * 1024

    def stop(self) -> None:
        """Stop the shop, and kill its process group if that takes too long."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def environment(instance: Path, database_url: str | None = None, **settings: str) -> dict[str, str]:
    """Return the environment without settings of other shops, with the given ``settings``.

    ``settings`` are written as in the code: ``env="production"`` becomes KASHCRAFT_ENV.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith("KASHCRAFT_")}
    chosen = {"instance_path": str(instance), **settings}
    if database_url:
        chosen["database_url"] = database_url
    return variables | {f"KASHCRAFT_{name.upper()}": value for name, value in chosen.items()}


def flask(*arguments: str, variables: Mapping[str, str]) -> str:
    """Run a command of the shop and return its output. Raises ServerError."""
    done = subprocess.run(
        [FLASK, *arguments], cwd=ROOT, env=dict(variables), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ServerError(f"flask {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port() -> int:
    """Return an unused port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(instance: Path, database_url: str | None = None, *arguments: str, **settings: str) -> Server:
    """Start ``flask serve`` for a migrated database, and return when ``/healthz`` answers 200.

    ``arguments`` are passed to the command. Raises ServerError when it ends or does not answer in time. If
    another process takes the port in the meantime, the start is repeated once with another port.
    """
    try:
        return _start(instance, database_url, *arguments, **settings)
    except PortTaken:
        return _start(instance, database_url, *arguments, **settings)


def _start(instance: Path, database_url: str | None, *arguments: str, **settings: str) -> Server:
    port = free_port()
    settings = {"base_url": f"http://127.0.0.1:{port}", **settings}
    return launch(
        ["serve", "--port", str(port), *arguments],
        port,
        instance,
        environment(instance, database_url, **settings),
    )


def launch(
    arguments: Sequence[str], port: int, instance: Path, variables: Mapping[str, str], *, root: Path = ROOT
) -> Server:
    """Run ``flask`` with ``arguments`` in ``root`` and return when ``/healthz`` answers 200 at ``port``.

    Raises ServerError when it ends or does not answer in time.
    """
    url = f"http://127.0.0.1:{port}"
    instance.mkdir(parents=True, exist_ok=True)
    log = instance / f"serve-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [FLASK, *arguments],
            cwd=root,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = Server(url, port, log, process)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(f"{url}/healthz"):
        if process.poll() is not None or time.monotonic() > deadline:
            server.stop()
            printed = log.read_text()
            kind = PortTaken if "in use" in printed else ServerError
            raise kind(f"the shop did not start; the end of its log:\n{printed[-4000:]}")
        time.sleep(0.1)
    return server


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def running(
    instance: Path, database_url: str | None = None, *arguments: str, **settings: str
) -> Iterator[Server]:
    """Run the shop for the length of the block."""
    server = start(instance, database_url, *arguments, **settings)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def demo_shop(
    instance: Path, database_url: str | None = None, *arguments: str, **settings: str
) -> Iterator[Server]:
    """Migrate the database, load the demo shop into it, and run it for the length of the block."""
    variables = environment(instance, database_url, **settings)
    flask("db", "upgrade", variables=variables)
    flask("demo", "load", variables=variables)
    with running(instance, database_url, *arguments, **settings) as server:
        yield server
