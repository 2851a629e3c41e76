"""The activity log: one line for each action in the shop, with who performed it, written after the commit.

The module that writes the history of a feature also logs its actions here. Lines contain ids, amounts and
codes, and no addresses, names or secrets.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from uuid import UUID

import structlog

from kashcraft.core.db import after_step, in_a_step

# The actors outside of requests and jobs, and of a request without a signed-in user.
COMMAND, GUEST = "command", "guest"

log = structlog.get_logger()
_acting: ContextVar[str] = ContextVar("acting", default="")
_silent: ContextVar[bool] = ContextVar("silent", default=False)
_visitor: list[Callable[[], str]] = []
_listeners: list[Callable[[str, str], None]] = []


def identify_visitors_by(visitor: Callable[[], str]) -> None:
    """Use ``visitor`` to name the sender of the current request.

    It returns the id of a user, ``staff:ID`` for staff, ``guest``, or an empty text outside of requests.
    """
    _visitor[:] = [visitor]


def listen(listener: Callable[[str, str], None]) -> None:
    """Call ``listener`` with the event and the action of each line that is written."""
    if listener not in _listeners:
        _listeners.append(listener)


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Log every action of the block as performed by ``name``, such as a job or a payment processor."""
    token = _acting.set(name)
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def silent() -> Iterator[None]:
    """Log nothing in the block, whose actions are invented (the demo shop)."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def actor() -> str:
    """Return the current actor: a user's id, ``staff:ID``, ``guest``, ``job:NAME``, or ``command``."""
    return _acting.get() or next((visitor() for visitor in _visitor), "") or COMMAND


def note(event: str, *, action: str, **fields: UUID | str | int | None) -> None:
    """Log ``action`` on the object that ``event`` names, with those ``fields`` that are not None.

    Inside a step the line is written after the commit, and dropped when the step rolls back. Outside of a
    step it is written immediately.
    """
    if _silent.get():
        return
    plain = {
        name: value if isinstance(value, int) else str(value)
        for name, value in fields.items()
        if value is not None
    }
    who = actor()
    line = partial(_write, event, action, actor=who, **plain)
    if in_a_step():
        after_step(line)
    else:
        line()


def _write(event: str, action: str, *, actor: str, **fields: str | int) -> None:
    # The standard output of a command is its result, so the log goes to standard error.
    logger = structlog.wrap_logger(structlog.PrintLogger(sys.stderr)) if actor == COMMAND else log
    # The action is committed: a closed or full output must not make it look failed.
    with suppress(OSError, ValueError):
        # The name of this field is an interface for other programs, so it stays as it is.
        logger.info(event, act=action, actor=actor, **fields)
        for listener in _listeners:
            listener(event, action)
