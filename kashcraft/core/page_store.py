"""Rendered parts of pages in a file that the web processes of a server share.

The memory of a process holds the pages that are requested again and again. This file holds many more: a part
stays until what it shows has changed, and what one process has rendered, all of them find. It is a cache: it
can be deleted at any time, and where it cannot be used, parts are rendered.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import weakref
import zlib
from collections.abc import Hashable
from hashlib import blake2b
from pathlib import Path
from typing import cast

from kashcraft.core import private_files
from kashcraft.core.caches import MEBIBYTE, app_values
from kashcraft.core.logs import log
from kashcraft.core.settings import installation

FOLDER = "cache"
# A thread waits as long for another process that writes; then it does without the stored part.
BUSY_SECONDS = 0.05
# How many parts are written before the size of the file is checked again.
CHECK_EVERY = 64
_SETUP = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -512",
    "CREATE TABLE IF NOT EXISTS parts (key BLOB PRIMARY KEY, content BLOB NOT NULL)",
)
_GET = "SELECT content FROM parts WHERE key = ?"
_PUT = "INSERT OR REPLACE INTO parts (key, content) VALUES (?, ?)"
_USED = (
    "SELECT (page_count - freelist_count) * page_size"
    " FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()"
)
# A part that is written again gets a new row id, so the lowest ones are the oldest.
_REMOVE = "DELETE FROM parts WHERE rowid <= (SELECT min(rowid) + (max(rowid) - min(rowid)) / 8 FROM parts)"


class PageStore:
    """Compressed parts by their keys, in a private file of at most about ``most_bytes``.

    The oldest parts are removed first. With ``most_bytes`` 0, and after an error, which is logged once, it is
    empty. The file is removed with the store; that of a server is removed by the next one.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """Name the file in ``folder``; it is created at its first use."""
        self.path = folder / f"pages-{secrets.token_hex(8)}.sqlite3"
        self.most_bytes = most_bytes
        self._guard = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._is_usable = most_bytes > 0
        self._until_check = CHECK_EVERY
        weakref.finalize(self, _remove_own, self.path, os.getpid())

    def get(self, key: Hashable) -> bytes | None:
        """Return the part of ``key``, or None where there is none, or a damaged one."""
        digest = _digest(key)
        with self._guard:
            found = self._run(_GET, (digest,))
        stored = cast(bytes, found[0][0]) if found else b""
        if not stored.startswith(digest):
            return None
        try:
            return zlib.decompress(stored[len(digest) :])
        except zlib.error:
            return None

    def put(self, key: Hashable, content: bytes) -> None:
        """Store the part of ``key``, in place of an older one."""
        digest = _digest(key)
        # The digest comes first, too, so that a damaged file never returns another part.
        stored = digest + zlib.compress(content, 1)
        with self._guard:
            self._run(_PUT, (digest, stored))
            self._until_check -= 1
            if self._until_check <= 0:
                self._until_check = CHECK_EVERY
                used = self._run(_USED)
                if used and cast(int, used[0][0]) > self.most_bytes:
                    self._run(_REMOVE)

    def close(self) -> None:
        """Close the file, before the process divides: a connection belongs to one process."""
        with self._guard:
            self._disconnect()

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        if not self._is_usable:
            return []
        try:
            if self._connection is None:
                self._connection = self._connect()
            return self._connection.execute(statement, values).fetchall()
        except (sqlite3.Error, OSError) as error:
            if isinstance(error, sqlite3.Error) and _is_busy(error):
                return []
            self._is_usable = False
            log.warning("parts of pages are not stored", file=self.path.name, reason=str(error))
            self._disconnect()
            _remove(self.path)  # it may have filled the disk
            return []

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> sqlite3.Connection:
        private_files.make_folder(self.path.parent)
        private_files.make_file(self.path)
        made = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            for statement in _SETUP:
                made.execute(statement)
        except sqlite3.Error:
            made.close()
            raise
        return made


def page_store() -> PageStore:
    """Return the store of the running application. Raises LookupError where none runs."""
    own = app_values("page store")
    found: PageStore | None = own.get("store")
    if found is None:
        folder = installation().instance_path / FOLDER
        found = own.setdefault("store", PageStore(folder, installation().page_store_mib * MEBIBYTE))
    return found


def remove_stores(instance_path: Path) -> None:
    """Delete the files of earlier servers. One that still runs keeps its open file until it ends."""
    for path in (instance_path / FOLDER).glob("pages-*.sqlite3"):
        _remove(path)


def _remove_own(path: Path, process_id: int) -> None:
    # Other processes of a server use the file of the one that divided into them.
    if os.getpid() == process_id:
        _remove(path)


def _remove(path: Path) -> None:
    # The database comes last: without the two others it is an older state of itself.
    for name in (f"{path.name}-wal", f"{path.name}-shm", path.name):
        try:
            path.with_name(name).unlink()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            log.warning("a file of stored parts was not deleted", file=name, reason=str(error))


def _is_busy(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _digest(key: Hashable) -> bytes:
    return blake2b(repr(key).encode(), digest_size=16).digest()
