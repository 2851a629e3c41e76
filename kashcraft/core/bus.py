"""Events: a feature publishes an event, and features of higher ranks react to it.

Handlers run inside the publisher's step and see its rows. Jobs run after the commit, from the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from kashcraft.core import db, jobs

Handler = Callable[[Any], object]


@dataclass(frozen=True)
class Wiring:
    """The reactions to one event: handlers in the same transaction, and jobs after the commit."""

    in_step: tuple[Handler, ...] = ()
    after: tuple[jobs.Task, ...] = ()


_map: dict[type[object], Wiring] = {}


def connect(wiring: Mapping[type[object], Wiring], events: set[type[object]]) -> None:
    """Install the map of reactions. Raises LookupError when one of ``events`` has no entry."""
    missing = sorted(event.__name__ for event in events - set(wiring))
    if missing:
        raise LookupError(f"events without an entry in wiring.py: {', '.join(missing)}")
    _map.clear()
    _map.update(wiring)


def publish(event: Any) -> tuple[object, ...]:
    """Publish an event (a frozen dataclass of ``kashcraft.events``) inside the current step.

    Returns the reports of the handlers, which ``core.response_effects`` adds to the response. Raises
    RuntimeError outside of a step and LookupError for an event without an entry.
    """
    if not db.in_a_step():
        raise RuntimeError("an event outside a step")
    wiring = _map.get(type(event))
    if wiring is None:
        raise LookupError(f"{type(event).__name__} has no entry in wiring.py")
    answers = [handler(event) for handler in wiring.in_step]
    if wiring.after:
        jobs.enqueue_all(wiring.after, {field.name: getattr(event, field.name) for field in fields(event)})
    return tuple(answer for answer in answers if answer is not None)
