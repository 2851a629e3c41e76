"""Tasks, which are functions with a name, and the functions that enqueue them in the outbox."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from inspect import signature
from typing import Any, Generic, ParamSpec, cast
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import activity_log, clock
from kashcraft.core.db import after_step, in_a_step, table_of
from kashcraft.core.ids import new_id
from kashcraft.core.jobs.models import Outbox
from kashcraft.core.statements import run

_tasks: dict[str, Task] = {}
work_available = threading.Event()


TRIES = 8


class Lane(StrEnum):
    """The group of threads that runs a task, so that slow external services do not delay other tasks."""

    SHOP = "shop"
    MAIL = "mail"
    PROCESSOR = "processor"
    PICTURES = "pictures"


class PermanentFailure(Exception):
    """Raised by a task that would fail on every further try; the message is the reason."""


@dataclass(frozen=True)
class Task:
    """A function that a worker runs by name; its arguments are plain JSON values from the outbox.

    It is tried ``tries`` times. When the last try fails, ``on_permanent_failure`` is called with the reason
    and the arguments, inside the step that marks the row as failed. Staff can run failed rows again; rows of
    a task with ``delete_failed_after`` are deleted after that time.
    """

    name: str
    function: Callable[..., None]
    lane: Lane = Lane.SHOP
    tries: int = TRIES
    on_permanent_failure: Callable[..., None] | None = None
    delete_failed_after: timedelta | None = None

    def __call__(self, **payload: Any) -> None:
        """Run the task in this thread."""
        with activity_log.acting_as(f"job:{self.name}"):
            self.function(**payload)


P = ParamSpec("P")


class TaskReference(Generic[P]):
    """The declaration of a task that services enqueue and that ``jobs`` defines, made by ``reference``.

    Services cannot import ``jobs``, which import services. The arguments are still checked: the payload by
    types, the task's parameters when it is defined, and its existence when the shop starts.
    """

    def __init__(self, name: str, declared: Callable[P, None]) -> None:
        self.name = name
        self.parameters = tuple(signature(declared).parameters)

    @property
    def task(self) -> Task:
        """Return the task. Raises LookupError where it is not defined."""
        return find(self.name)

    def enqueue(self, *_: P.args, **payload: P.kwargs) -> UUID:
        """Enqueue the task inside the current step; return the id of the outbox row. Raises RuntimeError
        outside of a step.
        """
        return _add_row(self.task, payload)

    def enqueue_at(self, due: datetime, /, *_: P.args, **payload: P.kwargs) -> UUID:
        """Enqueue the task to run from the moment ``due`` on."""
        return _add_row(self.task, payload, due=due)


_references: dict[str, TaskReference[Any]] = {}


def reference(name: str) -> Callable[[Callable[P, None]], TaskReference[P]]:
    """Make the decorated function the declaration of the task ``name``.

    Its body is empty, and its keyword arguments are those of the task. Raises ValueError for a name that is
    in use.
    """

    def declare(declared: Callable[P, None]) -> TaskReference[P]:
        if name in _references:
            raise ValueError(f"two references are called {name}")
        declaration = TaskReference(name, declared)
        _references[name] = declaration
        return declaration

    return declare


def check_references() -> None:
    """Check that every referenced task is defined. Raises LookupError."""
    for name in sorted(_references):
        find(name)


@dataclass(frozen=True)
class Schedule:
    """A task that is due at every whole multiple of ``every`` seconds since 1970."""

    task: Task
    every: int


def slots_at(schedules: Iterable[Schedule], moment: datetime) -> dict[str, int]:
    """Return by task name when its time slot at ``moment`` has begun, in seconds since 1970."""
    now = int(moment.timestamp())
    return {schedule.task.name: now - now % schedule.every for schedule in schedules}


def task(
    named: str | TaskReference[Any],
    *,
    lane: Lane = Lane.SHOP,
    tries: int = TRIES,
    on_permanent_failure: Callable[..., None] | None = None,
    delete_failed_after: timedelta | None = None,
) -> Callable[[Callable[..., None]], Task]:
    """Make the decorated function a task called ``feature.verb``, or the task of a reference.

    The other arguments are described in ``Task``. Raises ValueError for a name that is in use, and for
    parameters that differ from those of the reference.
    """
    name = named if isinstance(named, str) else named.name

    def register(function: Callable[..., None]) -> Task:
        if isinstance(named, TaskReference) and not _takes(function, named.parameters):
            raise ValueError(f"the task {name} does not take {named.parameters}")
        if name in _tasks:
            raise ValueError(f"two tasks are called {name}")
        _tasks[name] = Task(name, function, lane, tries, on_permanent_failure, delete_failed_after)
        return _tasks[name]

    return register


def _takes(function: Callable[..., None], names: tuple[str, ...]) -> bool:
    """Return whether a function has exactly these parameters."""
    parameters = [
        one.name for one in signature(function).parameters.values() if one.kind is not one.VAR_KEYWORD
    ]
    return tuple(parameters) == names


def find(name: str) -> Task:
    """Return the task called ``name``. Raises LookupError when there is none."""
    if name not in _tasks:
        raise LookupError(f"no task is called {name}")
    return _tasks[name]


def all_tasks() -> list[Task]:
    """Return every task, sorted by name."""
    return [_tasks[name] for name in sorted(_tasks)]


def enqueue(job: Task, *, due: datetime | None = None, key: str | None = None, **payload: Any) -> UUID:
    """Enqueue ``job`` with ``payload`` inside the current step, due at ``due`` or now; return the id of its
    outbox row.

    ``key`` makes it unique per task: a second row with the same key raises IntegrityError. One statement.
    Raises RuntimeError outside of a step.
    """
    return _add_row(job, payload, due=due, key=key)


# Built once, because the payment of an order enqueues jobs; a unit of work costs more than this row.
_INSERT = sa.insert(table_of(Outbox))


def _add_row(
    job: Task, payload: Mapping[str, object], *, due: datetime | None = None, key: str | None = None
) -> UUID:
    row = {**_row(job, payload, clock.now()), "key": key}
    if due is not None:
        row["due_at"] = due
    _insert(row)
    return cast("UUID", row["id"])


def enqueue_many(job: Task, payloads: Iterable[Mapping[str, object]]) -> int:
    """Enqueue ``job`` with each of ``payloads`` inside the current step; return the number of rows.

    One statement, whatever their number. Raises RuntimeError outside of a step.
    """
    now = clock.now()
    rows = [_row(job, payload, now) for payload in payloads]
    _insert(*rows)
    return len(rows)


def enqueue_all(tasks: Iterable[Task], payload: Mapping[str, object]) -> None:
    """Enqueue each of ``tasks`` with the same ``payload`` inside the current step.

    One statement, none without tasks. Raises RuntimeError outside of a step.
    """
    now = clock.now()
    _insert(*(_row(one, payload, now) for one in tasks))


def _row(job: Task, payload: Mapping[str, object], now: datetime) -> dict[str, object]:
    return {
        "id": new_id(), "name": job.name, "lane": job.lane.value, "due_at": now, "attempts": 0,
        "created_at": now, "payload": {name: _plain(value) for name, value in payload.items()},
    }  # fmt: skip


def _insert(*rows: dict[str, object]) -> None:
    if not in_a_step():
        raise RuntimeError("jobs are enqueued inside a step")
    if rows:
        run(_INSERT, rows[0] if len(rows) == 1 else list(rows))
        after_step(work_available.set)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
