"""The log of what is done in the shop: one line an act, with who did it, once it is done for good.

Whoever keeps the books of a feature notes its acts here, beside the row of history that it writes. Lines hold
ids, amounts and words of the code; no address, name or secret of anybody.
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

# Who acts where nobody asks for a page and no job runs, and who asks for one without having signed in.
COMMAND, GUEST = "command", "guest"

log = structlog.get_logger()
_acting: ContextVar[str] = ContextVar("acting", default="")
_silent: ContextVar[bool] = ContextVar("silent", default=False)
_visitor: list[Callable[[], str]] = []
_listeners: list[Callable[[str, str], None]] = []


def identify_visitors_by(visitor: Callable[[], str]) -> None:
    """Have ``visitor`` say who sends the present request: the id of a user, with ``staff:`` before it for
    staff, or ``guest``; nothing outside of requests.
    """
    _visitor[:] = [visitor]


def listen(listener: Callable[[str, str], None]) -> None:
    """Have ``listener`` called with the event and the act of each line, when it is written."""
    if listener not in _listeners:
        _listeners.append(listener)


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Have everything in the block be done by ``name``: a job, a company that sends messages."""
    token = _acting.set(name)
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def silent() -> Iterator[None]:
    """Have nothing noted in the block, whose acts are invented (the demo shop)."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def actor() -> str:
    """Return who acts at the moment: a user's id, ``staff:ID``, ``guest``, ``job:NAME``, ``command``."""
    return _acting.get() or next((visitor() for visitor in _visitor), "") or COMMAND


def note(event: str, *, act: str, **fields: UUID | str | int | None) -> None:
    """Log that ``act`` was done to what ``event`` names, with its ``fields`` that are not None.

    Inside a step the line is written once that has committed, and never where it rolls back; outside it is
    written at once.
    """
    if _silent.get():
        return
    plain = {
        name: value if isinstance(value, int) else str(value)
        for name, value in fields.items()
        if value is not None
    }
    who = actor()
    line = partial(_write, event, act, actor=who, **plain)
    if in_a_step():
        after_step(line)
    else:
        line()


def _write(event: str, act: str, *, actor: str, **fields: str | int) -> None:
    # What a command prints is its answer.
    logger = structlog.wrap_logger(structlog.PrintLogger(sys.stderr)) if actor == COMMAND else log
    # The act is done: an output that is closed or full must not make it look as if it had failed.
    with suppress(OSError, ValueError):
        logger.info(event, act=act, actor=actor, **fields)
        for listener in _listeners:
            listener(event, act)
