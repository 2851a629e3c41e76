"""The database: column types, and the step, the only place where transactions are committed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, registry

from kashcraft.core import completed_work, ids, private_files
from kashcraft.core.columns import CreatedAt as CreatedAt
from kashcraft.core.columns import Currency as Currency
from kashcraft.core.columns import Id as Id
from kashcraft.core.columns import Minor as Minor
from kashcraft.core.columns import UpdatedAt as UpdatedAt
from kashcraft.core.columns import UtcDateTime
from kashcraft.core.columns import Whole as Whole
from kashcraft.core.columns import enum_column as enum_column
from kashcraft.core.columns import enum_type as enum_type
from kashcraft.core.columns import primary_key as primary_key
from kashcraft.core.fair_lock import Busy as Busy
from kashcraft.core.postgres_cursor import with_late_description
from kashcraft.core.write_queue import turn_to_write

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# deadlock_detected and serialization_failure, after which the transaction has to be repeated.
REPEATABLE = {"40P01", "40001"}
# With less free space than these bytes a database counts as full.
LEAST_FREE = 16 * 1024 * 1024
# Maximum number of rows that a statement names by one value each; SQLite allows about 32,000 values.
BATCH_SIZE = 5000

T = TypeVar("T")


class Base(DeclarativeBase):
    """The base class of all tables, with one naming convention for constraints and all times in UTC."""

    # Flask-SQLAlchemy copies this class; SQLAlchemy refuses a copied type_annotation_map beside a registry.
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UtcDateTime(),
            UUID: sa.Uuid(),
            dict[str, Any]: sa.JSON(),
            **{kind: sa.Uuid() for kind in ids.KINDS},
        },
    )


_copy: ContextVar[Engine | None] = ContextVar("copy", default=None)


class Databases(SQLAlchemy):
    """Flask-SQLAlchemy with the option to use a copy of the database for a while."""

    @property
    def engines(self) -> Mapping[str | None, Engine]:
        """Return the current engine under the key None."""
        copy = _copy.get()
        return super().engines if copy is None else {None: copy}


db = Databases(
    model_class=Base,
    session_options={"expire_on_commit": False, "autoflush": True},
)

if TYPE_CHECKING:

    class Model(Base):
        """The base class of models, as type checkers see it."""

        __abstract__ = True

else:
    Model = db.Model


def table_of(model: type[Base]) -> sa.Table:
    """Return the table of a model, for statements that do not load objects."""
    return cast("sa.Table", model.__table__)


_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def using(copy: Engine) -> Iterator[None]:
    """Use a copy of the database for everything that this thread runs in the block.

    The block has a session of its own. Steps on the copy do not wait for other writers.
    """
    token = _copy.set(copy)
    try:
        with current_app.app_context():
            yield
    finally:
        _copy.reset(token)


def in_a_step() -> bool:
    """Return whether the caller runs inside a step."""
    return _writing.get()


@contextmanager
def step() -> Iterator[Session]:
    """Run one transaction: commit at the end of the block, roll back on an exception.

    Objects loaded before are expired, so that decisions use data read in the step. On SQLite writers wait in
    the order of their arrival before they begin, because SQLite's own waiting is not fair. Raises
    RuntimeError inside another step.
    """
    if _writing.get():
        raise RuntimeError("a step inside a step")
    session = db.session()
    session.rollback()
    session.expire_all()
    shared = session.get_bind().dialect.name == "sqlite" and _copy.get() is None
    with turn_to_write() if shared else nullcontext():
        token = _writing.set(True)
        try:
            yield session
            while calls := session.info.pop("last_in_step", ()):
                for call in calls:
                    call()
            _check_complete(session)
            session.commit()
            completed_work.note()
        except BaseException:
            session.info.clear()
            session.rollback()
            raise
        finally:
            session.info.pop("connection", None)
            _writing.reset(token)
    for call in session.info.pop("after_step", ()):
        call()


def connection_of_step() -> Connection:
    """Return the connection of the current step, for statements that need no ORM.

    A statement takes two thirds of the time that it takes through the session. Rows that the session has
    changed are not written first. Raises RuntimeError outside of a step.
    """
    if not _writing.get():
        raise RuntimeError("a write outside a step")
    session = db.session()
    connection: Connection | None = session.info.get("connection")
    if connection is None:
        connection = session.info["connection"] = session.connection()
    return connection


def in_step(work: Callable[[], T], *, tries: int = 5) -> T:
    """Run ``work`` as one step and return its result; repeat it after a deadlock or serialization failure.

    ``work`` must not use anything outside the database. After ``tries`` failures the error is raised.
    """
    for remaining in range(tries - 1, -1, -1):
        try:
            with step():
                return work()
        except DBAPIError as error:
            if remaining == 0 or getattr(error.orig, "sqlstate", None) not in REPEATABLE:
                raise
    raise AssertionError("a step is tried at least once")


# Errors of a database that cannot write now. SQLite reports messages (locked, full disk, read-only file),
# PostgreSQL codes (full disk, read-only server, shutdown).
_NOT_NOW = ("database is locked", "database is busy", "disk is full", "readonly database", "disk I/O error")
_NOT_NOW_CODES = {"53100", "25006", "57P01", "57P03"}


def takes_no_writes(error: BaseException) -> bool:
    """Return whether an error means that the database cannot write now or has no free connection."""
    if isinstance(error, Busy | PoolTimeout):
        return True
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _NOT_NOW_CODES:
        return True
    return isinstance(error, OperationalError) and any(text in str(error.orig) for text in _NOT_NOW)


# Raised when the database cannot be read: it is down or not migrated, or no connection is free.
READ_ERRORS = (DBAPIError, PoolTimeout)


def writing_state() -> str:
    """Return without waiting whether the database accepts writes: ``ok``, ``busy``, ``full`` or
    ``read-only``.
    """
    if db.engine.dialect.name != "sqlite":
        with db.engine.connect() as connection:
            return "read-only" if connection.scalar(sa.text("SELECT pg_is_in_recovery()")) else "ok"
    path = Path(db.engine.url.database or "")
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return "read-only"
    if shutil.disk_usage(path.parent).free < LEAST_FREE:
        return "full"
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as probe:
            probe.execute("BEGIN IMMEDIATE")
            probe.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return "busy" if "locked" in str(error) else "read-only"
    return "ok"


def end_reading() -> None:
    """End the transaction of reads outside of a step and release its connection, before something slow.

    Raises RuntimeError inside a step.
    """
    if _writing.get():
        raise RuntimeError("a step ends its own transaction")
    db.session.rollback()


def after_step(call: Callable[[], None]) -> None:
    """Call ``call`` after the current step has committed; it is dropped when the step rolls back.

    Only for notifications within the process: work that must happen belongs in the outbox. Raises
    RuntimeError outside of a step.
    """
    _note("after_step", call)


def last_in_step(call: Callable[[], None]) -> None:
    """Call ``call`` once at the end of the current step, before it commits, and not if the step fails.

    For a row that every step of a kind locks, so that the lock is held as briefly as possible. Raises
    RuntimeError outside of a step.
    """
    _note("last_in_step", call)


def _note(when: str, call: Callable[[], None]) -> None:
    if not _writing.get():
        raise RuntimeError("no step is running")
    calls: list[Callable[[], None]] = db.session().info.setdefault(when, [])
    if call not in calls:
        calls.append(call)


def calls_after_step() -> list[Callable[[], None]]:
    """Return the calls that ``after_step`` has collected in the current step."""
    return list(db.session().info.get("after_step", ()))


def require_before_commit(what: str) -> None:
    """Make the commit of the current step fail unless ``fulfill_requirement`` is called with ``what``.

    For two operations that belong together although the caller does something in between. The commit raises
    RuntimeError, and so does this function outside of a step.
    """
    if not _writing.get():
        raise RuntimeError("no step is running")
    db.session().info.setdefault("require_before_commit", set()).add(what)


def fulfill_requirement(what: str) -> None:
    """Mark the requirement ``what`` of ``require_before_commit`` as fulfilled."""
    db.session().info.get("require_before_commit", set()).discard(what)


def _check_complete(session: Session) -> None:
    missing = session.info.pop("require_before_commit", None)
    if missing:
        raise RuntimeError(f"the step lacks {', '.join(sorted(missing))}")


def insert_into(target: type[Base] | sa.TableClause) -> sqlite.Insert:
    """Return an INSERT of the current database, with ``on_conflict_do_nothing`` and
    ``on_conflict_do_update``.

    SQLite and PostgreSQL support both in the same form.
    """
    if db.engine.dialect.name == "sqlite":
        return sqlite.insert(target)
    return cast("sqlite.Insert", postgresql.insert(target))


def rows_changed(result: Any) -> int:
    """Return how many rows a conditional UPDATE or DELETE has changed."""
    return int(result.rowcount)


@event.listens_for(Session, "before_flush")
def _refuse_stray_flush(session: Session, *_: object) -> None:
    changed = session.new or session.deleted or any(session.is_modified(row) for row in session.dirty)
    if changed and not _writing.get():
        raise RuntimeError("a write outside a step")


@event.listens_for(Session, "do_orm_execute")
def _refuse_stray_statement(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not _writing.get():
        raise RuntimeError("a write outside a step")


@event.listens_for(Engine, "do_connect")
def _make_sqlite_file(dialect: Any, _: object, arguments: Any, options: Any) -> None:
    """Create the database file with private permissions before SQLite creates it with default ones."""
    if dialect.name == "sqlite" and arguments and not options.get("uri") and arguments[0] != ":memory:":
        # If this fails, SQLite reports the reason.
        with suppress(OSError):
            private_files.make_file(Path(arguments[0]))


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _: object) -> None:
    if type(connection).__module__.startswith("psycopg"):
        connection.cursor_factory = with_late_description(connection.cursor_factory)
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


__all__ = [
    "BATCH_SIZE",
    "READ_ERRORS",
    "Base",
    "Busy",
    "CreatedAt",
    "Currency",
    "Id",
    "Mapped",
    "Minor",
    "Model",
    "UpdatedAt",
    "UtcDateTime",
    "Whole",
    "after_step",
    "calls_after_step",
    "connection_of_step",
    "db",
    "end_reading",
    "enum_column",
    "enum_type",
    "fulfill_requirement",
    "in_a_step",
    "in_step",
    "insert_into",
    "last_in_step",
    "mapped_column",
    "require_before_commit",
    "rows_changed",
    "step",
    "table_of",
    "takes_no_writes",
    "using",
    "writing_state",
]
