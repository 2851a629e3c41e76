"""Reads in autocommit mode: a connection for one statement, without a transaction.

A page that only reads needs neither BEGIN nor ROLLBACK nor a session; on PostgreSQL they cost more than a
small statement. Each statement sees what is committed when it runs, as with READ COMMITTED.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection, Engine

from kashcraft.core.db import connection_of_step, db, end_reading, in_a_step

T = TypeVar("T", bound=UUID)
_readers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


def rows(statement: sa.Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """Return all rows of a SELECT of columns.

    Where the session has an open transaction, the statement runs in it. With a second connection for each
    thread the threads could wait for each other forever.
    """
    if in_a_step():
        session = db.session()
        if session.new or session.dirty or session.deleted:
            # What the step has changed through the ORM is read as well.
            session.flush()
        return connection_of_step().execute(statement, parameters or {}).all()
    if db.session.registry.has() and db.session().in_transaction():
        return db.session.execute(statement, parameters or {}).all()
    held = _held.get()
    if held is not None and is_postgres():
        if held.connection is None:
            held.connection = _reader().connect()
        return held.connection.execute(statement, parameters or {}).all()
    with _reader().connect() as connection:
        return connection.execute(statement, parameters or {}).all()


class _Held:
    """The connection of a block, from its first read on."""

    __slots__ = ("connection",)

    def __init__(self) -> None:
        self.connection: Connection | None = None


_held: ContextVar[_Held | None] = ContextVar("held", default=None)


@contextmanager
def one_connection() -> Iterator[None]:
    """Have all reads in the block, or in the decorated view, use one connection on PostgreSQL.

    Taking a connection from the pool, in autocommit mode, and returning it costs a fourth of a small
    statement. For pages that only read and wait for nothing else, because the connection is released at the
    end. On SQLite, where it would keep a transaction open, each read has its own.
    """
    held = _Held()
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
        if held.connection is not None:
            held.connection.close()


@contextmanager
def read_only() -> Iterator[None]:
    """Read the current data in the block, and release the connection at its end, before something slow.

    Objects loaded before are expired. Nothing waits for a writer, not on SQLite either. Objects loaded in the
    block would be loaded again when they are used after it, so copy their values. Raises RuntimeError inside
    a step.
    """
    end_reading()
    db.session.expire_all()
    try:
        yield
    finally:
        end_reading()


def among(
    column: sa.SQLColumnExpression[T] | sa.SQLColumnExpression[T | None], *, arrays: bool
) -> sa.ColumnElement[bool]:
    """Return a condition for the list of ids ``ids``; with ``arrays`` it is one array parameter."""
    if arrays:
        return column == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid())))
    return column.in_(sa.bindparam("ids", expanding=True))


def at_one_moment() -> None:
    """Have all further reads of the session see the data of one moment, until ``end_reading`` or a step.

    Raises RuntimeError inside a step.
    """
    end_reading()
    options = {"isolation_level": "REPEATABLE READ"} if is_postgres() else {}
    db.session.connection(execution_options=options)


def is_postgres() -> bool:
    """Return whether the shop runs on PostgreSQL."""
    return db.engine.dialect.name == "postgresql"


def _reader() -> Engine:
    """Return the shop's engine, in autocommit mode on PostgreSQL; both share one connection pool."""
    engine = db.engine
    if engine.dialect.name != "postgresql":
        return engine
    reader = _readers.get(engine)
    if reader is None:
        reader = _readers[engine] = engine.execution_options(isolation_level="AUTOCOMMIT")
    return reader
