"""The database: typed columns, and the step, which is the only place that commits."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, registry

from kashcraft.core import clock
from kashcraft.core.columns import UtcDateTime
from kashcraft.core.ids import new_id

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# deadlock_detected and serialization_failure: the database asks for the same work once more.
REPEATABLE = {"40P01", "40001"}

Id = Annotated[UUID, mapped_column(sa.Uuid(), primary_key=True, default=new_id)]
Minor = Annotated[int, mapped_column(sa.BigInteger())]
# A whole number of 64 bits, as SQLite's INTEGER is anyway.
Whole = Annotated[int, mapped_column(sa.BigInteger().with_variant(sa.Integer(), "sqlite"))]
Currency = Annotated[str, mapped_column(sa.String(3))]
CreatedAt = Annotated[datetime, mapped_column(UtcDateTime(), default=clock.now)]
UpdatedAt = Annotated[datetime, mapped_column(UtcDateTime(), default=clock.now, onupdate=clock.now)]

T = TypeVar("T")


class Base(DeclarativeBase):
    """The parent of every table: names constraints by one convention, keeps times in UTC."""

    # Flask-SQLAlchemy copies this class, and a copied type_annotation_map beside a registry is refused.
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UtcDateTime(), UUID: sa.Uuid(), dict[str, Any]: sa.JSON()},
    )


db = SQLAlchemy(
    model_class=Base,
    session_options={"expire_on_commit": False, "autoflush": True},
)

if TYPE_CHECKING:

    class Model(Base):
        """What every table inherits, as type checkers see it."""

        __abstract__ = True

else:
    Model = db.Model


def enum_column(kind: type[StrEnum], name: str, **options: Any) -> Any:
    """Return a text column that holds the values of ``kind``, kept to them by a CHECK called ``name``."""
    return mapped_column(enum_type(kind, name), **options)


def enum_type(kind: type[StrEnum], name: str) -> sa.Enum:
    """Return the column type that ``enum_column`` uses: values as text, 24 characters, with a CHECK."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


class FairLock:
    """A lock that serves its waiters strictly in the order in which they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()

    def acquire(self) -> None:
        """Join the queue and return when everybody before has released."""
        turn = threading.Lock()
        turn.acquire()
        with self._guard:
            self._queue.append(turn)
            if len(self._queue) == 1:
                return
        try:
            turn.acquire()
        except BaseException:
            self._leave(turn)
            raise

    def release(self) -> None:
        """Leave, and let the next in the queue go on."""
        self._leave(self._queue[0])

    def __enter__(self) -> None:
        """Acquire."""
        self.acquire()

    def __exit__(self, *_: object) -> None:
        """Release."""
        self.release()

    def _leave(self, turn: threading.Lock) -> None:
        """Take ``turn`` out of the queue; if it was the first, the next goes on."""
        with self._guard:
            first = self._queue[0] is turn
            self._queue.remove(turn)
            if first and self._queue:
                self._queue[0].release()


_writing: ContextVar[bool] = ContextVar("writing", default=False)
_sqlite_writers = FairLock()


def in_a_step() -> bool:
    """Return whether the caller runs inside a step."""
    return _writing.get()


@contextmanager
def step() -> Iterator[Session]:
    """Run one transaction: commit at the end of the block, roll everything back on an exception.

    What was read before is forgotten first, so that decisions rest on what the step itself reads. On SQLite
    writers queue in the order of their coming before they begin, because SQLite's own waiting starves some.
    Raises RuntimeError inside another step.
    """
    if _writing.get():
        raise RuntimeError("a step inside a step")
    session = db.session()
    session.rollback()
    session.expire_all()
    with _sqlite_writers if session.get_bind().dialect.name == "sqlite" else nullcontext():
        token = _writing.set(True)
        try:
            yield session
            session.commit()
        except BaseException:
            session.info.pop("after_step", None)
            session.rollback()
            raise
        finally:
            _writing.reset(token)
    for call in session.info.pop("after_step", ()):
        call()


def in_step(work: Callable[[], T], *, tries: int = 5) -> T:
    """Return what ``work`` returns, run as one step, and run it again after a deadlock or serialization
    failure.

    ``work`` must not talk to anything outside the database. After ``tries`` failures the error is raised.
    """
    for remaining in range(tries - 1, -1, -1):
        try:
            with step():
                return work()
        except DBAPIError as error:
            if remaining == 0 or getattr(error.orig, "sqlstate", None) not in REPEATABLE:
                raise
    raise AssertionError("a step is tried at least once")


def end_reading() -> None:
    """Forget what was read outside a step and give the connection back, before something slow happens.

    Raises RuntimeError inside a step, whose end is not the caller's to choose.
    """
    if _writing.get():
        raise RuntimeError("a step ends by itself")
    db.session.rollback()


def after_step(call: Callable[[], None]) -> None:
    """Have ``call`` run once the current step has committed; it is dropped when the step rolls back.

    Only for waking things up: whatever must happen goes into the outbox. Raises RuntimeError outside a step.
    """
    if not _writing.get():
        raise RuntimeError("nothing follows a step outside of it")
    calls: list[Callable[[], None]] = db.session().info.setdefault("after_step", [])
    if call not in calls:
        calls.append(call)


def insert_into(target: Any) -> Any:
    """Return an INSERT of the database in use, with ``on_conflict_do_nothing`` and its kin."""
    return (sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert)(target)


def rows_changed(result: Any) -> int:
    """Return how many rows a conditional UPDATE or DELETE has changed, which is its answer."""
    return int(result.rowcount)


@event.listens_for(Session, "before_flush")
def _refuse_stray_flush(session: Session, *_: Any) -> None:
    changed = session.new or session.deleted or any(session.is_modified(row) for row in session.dirty)
    if changed and not _writing.get():
        raise RuntimeError("a write outside a step")


@event.listens_for(Session, "do_orm_execute")
def _refuse_stray_statement(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not _writing.get():
        raise RuntimeError("a write outside a step")


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _: Any) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


__all__ = [
    "Base",
    "CreatedAt",
    "Currency",
    "FairLock",
    "Id",
    "Mapped",
    "Minor",
    "Model",
    "UpdatedAt",
    "UtcDateTime",
    "Whole",
    "after_step",
    "db",
    "end_reading",
    "enum_column",
    "enum_type",
    "in_a_step",
    "in_step",
    "insert_into",
    "mapped_column",
    "rows_changed",
    "step",
]
