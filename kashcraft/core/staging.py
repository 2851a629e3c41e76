"""Long changes without blocking writers: made on a copy of the database and applied in one short step.

SQLite allows one writer at a time, so a long step would block all others. A staged change runs on a private
copy, where every changed row is recorded. One short step then writes these rows to the database if nothing
they depend on has changed. A process that stops in between leaves the database as it was.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from kashcraft.core import private_files
from kashcraft.core.change_recorder import Change, record, recorded, write
from kashcraft.core.db import (
    LEAST_FREE,
    after_step,
    calls_after_step,
    db,
    in_a_step,
    in_step,
    takes_no_writes,
    using,
)
from kashcraft.core.errors import DomainError
from kashcraft.core.settings import installation

T = TypeVar("T")
R = TypeVar("R")

log = structlog.get_logger()


class ConcurrentChange(Exception):
    """Data that the change depends on was changed by another transaction before it could be applied."""


class NoDiskSpace(Exception):
    """The disk has no space for a copy of the database; the message says how much is missing, and where."""


class _RollBack(Exception):
    """Ends a step that is only tested."""


def run_and_roll_back(work: Callable[[], T]) -> T:
    """Run ``work`` like ``in_step``, roll it back, and return its result.

    Raises the refusals of ``work`` and of the database.
    """
    done: list[T] = []

    def work_and_roll_back() -> None:
        done.append(work())
        db.session.flush()  # the database may refuse rows that are not written yet
        raise _RollBack

    with suppress(_RollBack):
        in_step(work_and_roll_back)
    return done[-1]


def staged(
    work: Callable[[], T],
    finish: Callable[[T], R],
    *,
    unchanged: Callable[[], bool],
    dry_run: bool = False,
) -> R:
    """Make a long change with a short step: completely or not at all. Returns the result of ``finish``.

    ``work`` is the long part. It runs on the copy and returns plain values, no rows. ``finish`` takes that
    result and depends on rows that others change often; it runs on the copy to test it, and again in the step
    that applies the changes. ``unchanged`` returns whether all other data that the change depends on is the
    same as before. On PostgreSQL, where writers block each other only on the same rows, all three run in one
    step. A dry run ends before that step and blocks no writer on SQLite.

    Raises ConcurrentChange, after which the caller can try again with the new data; its cause, if it has one,
    is the refusal by the database or by ``finish``. Raises NoDiskSpace where the copy does not fit.
    """
    if in_a_step():
        raise RuntimeError("a staged change inside a step")
    database = installation().database_file

    def whole() -> R:
        _check(unchanged)
        return finish(work())

    if database is None:
        return _run_or_conflict(lambda: (run_and_roll_back if dry_run else in_step)(whole))
    folder = installation().instance_path / "staged"
    with private_copy(database, folder) as copy, using(copy), _disk_space_errors(folder):
        staged_change = run_and_roll_back(lambda: _on_the_copy(work, finish, unchanged))
    if dry_run:
        return staged_change.outcome
    return _run_or_conflict(lambda: in_step(lambda: _apply(staged_change, finish, unchanged)))


@dataclass(frozen=True, slots=True)
class _Staged(Generic[T, R]):
    """The results of both parts on the copy, the changed rows, and the calls to make after the step."""

    done: T
    outcome: R
    changes: Sequence[Change]
    wake: Sequence[Callable[[], None]]


def _on_the_copy(
    work: Callable[[], T], finish: Callable[[T], R], unchanged: Callable[[], bool]
) -> _Staged[T, R]:
    _check(unchanged)
    connection = db.session.connection()
    record(connection)
    done = work()
    db.session.flush()  # rows are recorded when they are written
    changes, wake = recorded(connection), calls_after_step()
    return _Staged(done, finish(done), changes, wake)


def _apply(staged_change: _Staged[T, R], finish: Callable[[T], R], unchanged: Callable[[], bool]) -> R:
    _check(unchanged)
    if not write(staged_change.changes, db.session.connection()):
        raise ConcurrentChange
    for call in staged_change.wake:
        after_step(call)
    try:
        return finish(staged_change.done)
    except DomainError as refusal:
        # It was accepted on the copy, so the data has changed since.
        raise ConcurrentChange from refusal


def _check(unchanged: Callable[[], bool]) -> None:
    if not unchanged():
        raise ConcurrentChange


def _run_or_conflict(step: Callable[[], R]) -> R:
    """Run a step; a conflict with a row of another transaction raises ConcurrentChange."""
    try:
        return step()
    except IntegrityError as error:
        raise ConcurrentChange from error


@contextmanager
def private_copy(database: Path, folder: Path) -> Iterator[Engine]:
    """Yield an engine for a copy of a SQLite database, stored in ``folder`` until the end of the block.

    Only one copy exists at a time; others wait. Raises NoDiskSpace.
    """
    with _copy_lock(folder):
        _require_disk_space(database, folder)
        path = folder / "copy.db"
        engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.StaticPool)
        try:
            with closing(engine.raw_connection()) as copy, closing(db.engine.raw_connection()) as source:
                _fill(copy.driver_connection, source.driver_connection)
            yield engine
        finally:
            engine.dispose()
            _delete_copies(folder)


def _fill(copy: sqlite3.Connection | None, source: sqlite3.Connection | None) -> None:
    """Copy a database as of one moment, without durability against a power failure."""
    assert copy is not None
    assert source is not None
    copy.execute("PRAGMA journal_mode=OFF")
    copy.execute("PRAGMA synchronous=OFF")
    source.backup(copy)
    # The backup has also copied the journal mode.
    copy.execute("PRAGMA journal_mode=MEMORY")
    copy.execute("PRAGMA temp_store=MEMORY")


def _require_disk_space(database: Path, folder: Path) -> None:
    files = (database, database.with_name(f"{database.name}-wal"))
    size = sum(file.stat().st_size for file in files if file.exists())
    free = shutil.disk_usage(folder).free
    needed = size + LEAST_FREE
    if free < needed:
        raise NoDiskSpace(
            f"a copy of the database needs {-(-needed // 1_000_000)} MB in {folder}, "
            f"where {free // 1_000_000} MB are free"
        )


@contextmanager
def _disk_space_errors(folder: Path) -> Iterator[None]:
    """Raise NoDiskSpace where the copy has outgrown its disk."""
    try:
        yield
    except OperationalError as error:
        if not takes_no_writes(error):
            raise
        raise NoDiskSpace(f"the copy of the database has no room left to grow in {folder}") from error


@contextmanager
def _copy_lock(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Wait until no process has a copy in ``folder``, and delete files of a process that has stopped.

    Without ``wait`` raises BlockingIOError instead of waiting.
    """
    private_files.make_folder(folder)
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, private_files.OWNERS_FILE)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise
            log.info("waits for another change that is staged")
            fcntl.flock(lock, fcntl.LOCK_EX)
        _delete_copies(folder)
        yield
    finally:
        os.close(lock)


def _delete_copies(folder: Path) -> None:
    for path in folder.glob("copy.db*"):
        path.unlink(missing_ok=True)


def init_app(app: Flask) -> None:
    """Delete the copy of a process that was stopped during a change."""
    folder = app.config["SETTINGS"].instance_path / "staged"
    if any(folder.glob("copy.db*")):
        with suppress(BlockingIOError), _copy_lock(folder, wait=False):
            pass
