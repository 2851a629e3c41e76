"""The file of the sandbox processor: one open connection per process, which its threads use in turn."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kashcraft.core import private_files

# A killed process loses nothing; a power cut may lose the last writes, which is acceptable for a stand-in.
OPENING = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"

_guard = threading.Lock()
_connections: dict[tuple[Path, int, int], tuple[threading.Lock, sqlite3.Connection]] = {}


@contextmanager
def opened(path: Path, tables: str, *, writing: bool = False) -> Iterator[sqlite3.Connection]:
    """Yield the connection of the file for exclusive use, in a transaction if ``writing``.

    ``tables`` is the script that creates the tables of a new file. A file that was deleted or replaced is
    opened again.
    """
    turn, store = _connection(path, tables)
    with turn:
        if not writing:
            yield store
            return
        store.execute("BEGIN IMMEDIATE")
        try:
            yield store
            store.execute("COMMIT")
        except BaseException:
            # Some failed commits end their transaction, others leave it open.
            if store.in_transaction:
                store.execute("ROLLBACK")
            raise


def _connection(path: Path, tables: str) -> tuple[threading.Lock, sqlite3.Connection]:
    with _guard:
        stored = _connections.get((path, os.getpid(), _file_id(path)))
        if stored is not None:
            return stored
        _close(path)
        private_files.make_folder(path.parent)
        private_files.make_file(path)
        store = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        store.row_factory = sqlite3.Row
        store.executescript(OPENING + tables)
        stored = _connections[path, os.getpid(), _file_id(path)] = (threading.Lock(), store)
        return stored


def _file_id(path: Path) -> int:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0


def _close(path: Path) -> None:
    """Close the connections of this file; wait for the thread that is using one.

    Connections that a parent process has opened before a fork stay the parent's.
    """
    for key in [key for key in _connections if key[:2] == (path, os.getpid())]:
        turn, store = _connections.pop(key)
        with turn:
            store.close()


def _replace_guard() -> None:
    global _guard  # a thread of the parent process may hold the old lock
    _guard = threading.Lock()


os.register_at_fork(after_in_child=_replace_guard)
