"""The file of the sandbox processor, kept open by each process, whose threads take turns."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kashcraft.core import private_files

# A processor that was killed keeps what it said; only a power cut may take its last moments from a stand-in.
OPENING = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"

_guard = threading.Lock()
_kept: dict[tuple[Path, int, int], tuple[threading.Lock, sqlite3.Connection]] = {}


@contextmanager
def opened(path: Path, tables: str, *, writing: bool = False) -> Iterator[sqlite3.Connection]:
    """Give the file's connection, alone, in a transaction where something is to be written.

    ``tables`` is the script that makes them where the file is new. A file that was deleted or replaced is
    opened anew.
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
            # Some commits that fail have ended their transaction, others leave it open for the next caller.
            if store.in_transaction:
                store.execute("ROLLBACK")
            raise


def _connection(path: Path, tables: str) -> tuple[threading.Lock, sqlite3.Connection]:
    with _guard:
        kept = _kept.get((path, os.getpid(), _file_id(path)))
        if kept is not None:
            return kept
        _forget(path)
        private_files.make_folder(path.parent)
        private_files.make_file(path)
        store = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        store.row_factory = sqlite3.Row
        store.executescript(OPENING + tables)
        kept = _kept[path, os.getpid(), _file_id(path)] = (threading.Lock(), store)
        return kept


def _file_id(path: Path) -> int:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0


def _forget(path: Path) -> None:
    """Close what was open under this name: its last caller is done, or does without the file as well.

    What a parent had opened before the fork stays its own, lock and all.
    """
    for key in [key for key in _kept if key[:2] == (path, os.getpid())]:
        turn, store = _kept.pop(key)
        with turn:
            store.close()


def _begin_anew() -> None:
    global _guard  # a thread of the parent may hold the old one for ever
    _guard = threading.Lock()


os.register_at_fork(after_in_child=_begin_anew)
