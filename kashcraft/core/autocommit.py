"""Reads outside of transactions: a connection for one statement, without the brackets around it.

A page that only reads needs neither BEGIN nor ROLLBACK nor a session; on PostgreSQL they cost more than a
small statement does. Each statement sees what is committed when it runs, as in a READ COMMITTED transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Engine

from kashcraft.core.db import db, end_reading, in_a_step

T = TypeVar("T", bound=UUID)
_readers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


def rows(statement: sa.Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """Return all rows of a SELECT of columns.

    Where the session has a transaction open, a step's or one that reads, it runs in that one: whoever held
    one connection and waited for a second would wait for ever once everybody did.
    """
    if in_a_step() or db.session().in_transaction():
        return db.session.execute(statement, parameters or {}).all()
    with _reader().connect() as connection:
        return connection.execute(statement, parameters or {}).all()


@contextmanager
def read_only() -> Iterator[None]:
    """Read in the block what is true now, and give the connection back at its end, before something slow.

    What was read before is forgotten. Nothing waits for a writer, on SQLite neither. Objects that are read
    here are not for use behind the block, where they would be read again: copy what is needed. Raises
    RuntimeError inside a step, which reads by itself.
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
    """Return the condition for any number of ids, the parameter ``ids``, which come as one array where the
    database has ``arrays``.
    """
    if arrays:
        return column == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid())))
    return column.in_(sa.bindparam("ids", expanding=True))


def at_one_moment() -> None:
    """Have all that the session reads from here on be as it stands now, until ``end_reading`` or a step.

    Raises RuntimeError inside a step.
    """
    end_reading()
    options = {"isolation_level": "REPEATABLE READ"} if is_postgres() else {}
    db.session.connection(execution_options=options)


def is_postgres() -> bool:
    """Return whether the shop runs on PostgreSQL."""
    return db.engine.dialect.name == "postgresql"


def _reader() -> Engine:
    """Return the shop's engine, on PostgreSQL with autocommit; both share one pool of connections."""
    engine = db.engine
    if engine.dialect.name != "postgresql":
        return engine
    reader = _readers.get(engine)
    if reader is None:
        reader = _readers[engine] = engine.execution_options(isolation_level="AUTOCOMMIT")
    return reader
