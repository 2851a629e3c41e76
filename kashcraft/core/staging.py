"""Long changes that hold up nobody: made on a private copy of the database, then brought over at once.

SQLite lets one write at a time, so a step of many seconds stops everybody else who wants to write. What a
staged change writes to the copy is kept row by row, and one short step writes the same to the database where
nothing has come between. A process that ends on the way leaves the database as it was.
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
from kashcraft.core.settings import settings

T = TypeVar("T")
R = TypeVar("R")

log = structlog.get_logger()


class ConcurrentChange(Exception):
    """What a change rests on was changed by somebody else before it could be brought over."""


class NoDiskSpace(Exception):
    """The disk has no room for a copy of the database; the message says how much is missing, and where."""


class _TakenBack(Exception):
    """What was rehearsed is over."""


def run_and_roll_back(work: Callable[[], T]) -> T:
    """Return what ``work`` returns, run as ``in_step`` runs it and then taken back.

    Nothing of it is left, and what it or the database refuses is refused here as well.
    """
    done: list[T] = []

    def undone() -> None:
        done.append(work())
        db.session.flush()  # what is still to be written may be refused by the database
        raise _TakenBack

    with suppress(_TakenBack):
        in_step(undone)
    return done[-1]


def staged(
    work: Callable[[], T],
    finish: Callable[[T], R],
    *,
    unchanged: Callable[[], bool],
    dry_run: bool = False,
) -> R:
    """Make a long change in a short step: all of it or nothing; return what ``finish`` returns.

    ``work`` is the long part. It runs on a copy, and returns plain values, no rows. ``finish`` gets them and
    is the part that rests on what others write all the time: it is rehearsed on the copy and runs in the step
    that brings the rows over. ``unchanged`` says whether all else that the change rests on is as it was. On
    PostgreSQL, where writers wait for nobody but each other, the three run in one step. A dry_run stops
    before that step and keeps no writer waiting on SQLite.

    Raises ConcurrentChange, after which the caller can try again with the new data; its cause, if it has one,
    is the refusal by the database or by ``finish``. Raises NoDiskSpace where the copy does not fit.
    """
    if in_a_step():
        raise RuntimeError("a staged change inside a step")
    database = settings().database_file

    def whole() -> R:
        _check(unchanged)
        return finish(work())

    if database is None:
        return _anew(lambda: (run_and_roll_back if dry_run else in_step)(whole))
    folder = settings().instance_path / "staged"
    with private_copy(database, folder) as copy, using(copy), _room(folder):
        found = run_and_roll_back(lambda: _on_the_copy(work, finish, unchanged))
    if dry_run:
        return found.outcome
    return _anew(lambda: in_step(lambda: _bring_over(found, finish, unchanged)))


@dataclass(frozen=True, slots=True)
class _Found(Generic[T, R]):
    """What the two parts of a change returned on the copy, the rows that the long one has written there, and
    what it wants woken up after its step.
    """

    done: T
    outcome: R
    changes: Sequence[Change]
    wake: Sequence[Callable[[], None]]


def _on_the_copy(
    work: Callable[[], T], finish: Callable[[T], R], unchanged: Callable[[], bool]
) -> _Found[T, R]:
    _check(unchanged)
    connection = db.session.connection()
    record(connection)
    done = work()
    db.session.flush()  # rows are recorded as they are written
    changes, wake = recorded(connection), calls_after_step()
    return _Found(done, finish(done), changes, wake)


def _bring_over(found: _Found[T, R], finish: Callable[[T], R], unchanged: Callable[[], bool]) -> R:
    _check(unchanged)
    if not write(found.changes, db.session.connection()):
        raise ConcurrentChange
    for call in found.wake:
        after_step(call)
    try:
        return finish(found.done)
    except DomainError as refusal:
        # It was not refused on the copy.
        raise ConcurrentChange from refusal


def _check(unchanged: Callable[[], bool]) -> None:
    if not unchanged():
        raise ConcurrentChange


def _anew(step: Callable[[], R]) -> R:
    """Run a step; a row that somebody else has put in its way is a reason to start anew."""
    try:
        return step()
    except IntegrityError as error:
        raise ConcurrentChange from error


@contextmanager
def private_copy(database: Path, folder: Path) -> Iterator[Engine]:
    """Give an engine for a copy of a SQLite database, which lies in ``folder`` until the end of the block.

    There is one copy at a time: others wait for their turn. Raises NoDiskSpace.
    """
    with _turn(folder):
        _refuse_without_room(database, folder)
        path = folder / "copy.db"
        engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.StaticPool)
        try:
            with closing(engine.raw_connection()) as copy, closing(db.engine.raw_connection()) as source:
                _fill(copy.driver_connection, source.driver_connection)
            yield engine
        finally:
            engine.dispose()
            _sweep(folder)


def _fill(copy: sqlite3.Connection | None, source: sqlite3.Connection | None) -> None:
    """Copy a database as it stands at one moment, into one that need not survive a power cut."""
    assert copy is not None
    assert source is not None
    copy.execute("PRAGMA journal_mode=OFF")
    copy.execute("PRAGMA synchronous=OFF")
    source.backup(copy)
    # The copy has brought the original's mode along.
    copy.execute("PRAGMA journal_mode=MEMORY")
    copy.execute("PRAGMA temp_store=MEMORY")


def _refuse_without_room(database: Path, folder: Path) -> None:
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
def _room(folder: Path) -> Iterator[None]:
    """Tell a copy that outgrows its disk from everything else that a database refuses."""
    try:
        yield
    except OperationalError as error:
        if not takes_no_writes(error):
            raise
        raise NoDiskSpace(f"the copy of the database has no room left to grow in {folder}") from error


@contextmanager
def _turn(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Wait until no process has a copy in ``folder``, and clear away what one that has ended has left there.

    Raises BlockingIOError instead of waiting where that is not wanted.
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
        _sweep(folder)
        yield
    finally:
        os.close(lock)


def _sweep(folder: Path) -> None:
    for path in folder.glob("copy.db*"):
        path.unlink(missing_ok=True)


def init_app(app: Flask) -> None:
    """Clear away the copy that a process has left which ended in the middle of a change."""
    folder = app.config["SETTINGS"].instance_path / "staged"
    if any(folder.glob("copy.db*")):
        with suppress(BlockingIOError), _turn(folder, wait=False):
            pass
