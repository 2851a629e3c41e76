"""Tasks: named functions that can be owed, and the act of owing them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from inspect import signature
from typing import Any, Generic, ParamSpec
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import activity_log, clock
from kashcraft.core.db import after_step, db, in_a_step, table_of
from kashcraft.core.ids import new_id
from kashcraft.core.jobs.models import Outbox

_tasks: dict[str, Task] = {}
work_available = threading.Event()


TRIES = 8


class Lane(StrEnum):
    """Which threads a task has: what talks to the outside waits for it, and nothing else waits behind it."""

    SHOP = "shop"
    MAIL = "mail"
    PROCESSOR = "processor"
    PICTURES = "pictures"


class PermanentFailure(Exception):
    """What a task raises that would fail in the same way each time; the message says why."""


@dataclass(frozen=True)
class Task:
    """A function that a worker can run by name; its arguments come from the outbox as plain JSON values.

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
        """Run the task here and now."""
        with activity_log.acting_as(f"job:{self.name}"):
            self.function(**payload)


P = ParamSpec("P")


class TaskReference(Generic[P]):
    """A task that services owe and ``jobs`` does, declared between the two by ``reference``.

    Services import no ``jobs``, which import services; what is owed is checked all the same: its payload by
    types, the task's parameters when it is defined, and that there is one when the shop starts.
    """

    def __init__(self, name: str, declared: Callable[P, None]) -> None:
        self.name = name
        self.parameters = tuple(signature(declared).parameters)

    @property
    def task(self) -> Task:
        """Return the task itself. Raises LookupError where nothing has defined it."""
        return find(self.name)

    def enqueue(self, *_: P.args, **payload: P.kwargs) -> Outbox:
        """Owe the task from now on, inside the current step; return the outbox row. RuntimeError outside."""
        return _owe(self.task, payload)

    def enqueue_at(self, due: datetime, /, *_: P.args, **payload: P.kwargs) -> Outbox:
        """Do as ``owe``, from the moment ``due`` on."""
        return _owe(self.task, payload, due=due)


_references: dict[str, TaskReference[Any]] = {}


def reference(name: str) -> Callable[[Callable[P, None]], TaskReference[P]]:
    """Make the decorated function the declaration of a task called ``name``: its body is empty, its keyword
    arguments are what the task takes. Raises ValueError on a taken name.
    """

    def declare(declared: Callable[P, None]) -> TaskReference[P]:
        if name in _references:
            raise ValueError(f"two references are called {name}")
        made = TaskReference(name, declared)
        _references[name] = made
        return made

    return declare


def check_references() -> None:
    """Check that every task which is referred to is defined. Raises LookupError."""
    for name in sorted(_references):
        find(name)


@dataclass(frozen=True)
class Schedule:
    """A task that is due at every whole multiple of ``every`` seconds since 1970."""

    task: Task
    every: int


def task(
    named: str | TaskReference[Any],
    *,
    lane: Lane = Lane.SHOP,
    tries: int = TRIES,
    on_permanent_failure: Callable[..., None] | None = None,
    delete_failed_after: timedelta | None = None,
) -> Callable[[Callable[..., None]], Task]:
    """Make the decorated function a task called ``feature.verb``, or the one that a reference declares, with
    what ``Task`` says of the others. Raises ValueError on a taken name, and where its parameters are not
    those of its reference.
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
    """Return whether a function takes just these arguments by name."""
    taken = [one.name for one in signature(function).parameters.values() if one.kind is not one.VAR_KEYWORD]
    return tuple(taken) == names


def find(name: str) -> Task:
    """Return the task called ``name``. Raises LookupError when there is none."""
    if name not in _tasks:
        raise LookupError(f"no task is called {name}")
    return _tasks[name]


def all_tasks() -> list[Task]:
    """Return every task, by name."""
    return [_tasks[name] for name in sorted(_tasks)]


def enqueue(job: Task, *, due: datetime | None = None, key: str | None = None, **payload: Any) -> Outbox:
    """Owe ``job`` with ``payload`` from ``due`` on (now), inside the current step; return the outbox row.

    ``key`` makes it unique per task: a second row with the same key breaks the step with an IntegrityError.
    Raises RuntimeError outside a step.
    """
    return _owe(job, payload, due=due, key=key)


def _owe(
    job: Task, payload: Mapping[str, object], *, due: datetime | None = None, key: str | None = None
) -> Outbox:
    if not in_a_step():
        raise RuntimeError("work is owed inside a step")
    row = Outbox(
        name=job.name,
        lane=job.lane.value,
        key=key,
        payload={name: _plain(value) for name, value in payload.items()},
        due_at=due or clock.now(),
        attempts=0,
    )
    db.session.add(row)
    after_step(work_available.set)
    return row


def enqueue_many(job: Task, payloads: Iterable[Mapping[str, Any]]) -> int:
    """Owe ``job`` once with each of ``payloads``, from now on, inside the current step; return how often.

    One statement, however many there are. Raises RuntimeError outside a step.
    """
    if not in_a_step():
        raise RuntimeError("work is owed inside a step")
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {"id": new_id(), "name": job.name, "lane": job.lane.value, "due_at": now, "attempts": 0,
         "created_at": now, "payload": {name: _plain(value) for name, value in payload.items()}}
        for payload in payloads
    ]  # fmt: skip
    if rows:
        db.session.execute(sa.insert(table_of(Outbox)), rows)
        after_step(work_available.set)
    return len(rows)


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
