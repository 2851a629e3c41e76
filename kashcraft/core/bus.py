"""Events: a feature tells what happened, and features above it react.

Handlers run inside the publisher's step and see its rows; jobs run after the commit, from the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from kashcraft.core import db, jobs

Handler = Callable[[Any], object]


@dataclass(frozen=True)
class Wiring:
    """Who reacts to one event: functions in the same transaction, jobs after its commit."""

    in_step: tuple[Handler, ...] = ()
    after: tuple[jobs.Task, ...] = ()


_map: dict[type[object], Wiring] = {}


def connect(wiring: Mapping[type[object], Wiring], events: set[type[object]]) -> None:
    """Install the map of reactions. Raises LookupError when an event of ``events`` is missing in it."""
    missing = sorted(event.__name__ for event in events - set(wiring))
    if missing:
        raise LookupError(f"events without an entry in wiring.py: {', '.join(missing)}")
    _map.clear()
    _map.update(wiring)


def publish(event: Any) -> tuple[object, ...]:
    """Tell what happened (a frozen dataclass of ``kashcraft.events``), inside the step in which it happens;
    return what handlers report for the browser that caused it (``core.effects``).

    Raises RuntimeError outside a step and LookupError for an event that is not wired.
    """
    if not db.in_a_step():
        raise RuntimeError("an event outside a step")
    wiring = _map.get(type(event))
    if wiring is None:
        raise LookupError(f"{type(event).__name__} has no entry in wiring.py")
    answers = [handler(event) for handler in wiring.in_step]
    for task in wiring.after:
        jobs.enqueue(task, **{field.name: getattr(event, field.name) for field in fields(event)})
    return tuple(answer for answer in answers if answer is not None)
