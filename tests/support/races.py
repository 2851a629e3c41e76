"""Concurrent calls in threads."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine

from kashcraft.core.db import db
from kashcraft.core.errors import DomainError


def at_once(app: Flask, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Make all calls at the same time, each in its own thread; return their results or refusals."""
    answers: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))
    db.session.remove()

    def run(place: int, call: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait()
            try:
                answers[place] = call()
            except DomainError as refusal:
                answers[place] = refusal
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if any(thread.is_alive() for thread in threads):
        raise TimeoutError("a call has not finished")
    return answers


def codes(answers: Sequence[Any]) -> Counter[str]:
    """Count results by code: ok, or the code of the refusal."""
    return Counter(answer.code if isinstance(answer, DomainError) else "ok" for answer in answers)


@contextmanager
def concurrently(
    app: Flask, beginning: str, action: Callable[[], Any], *, times: int = 1
) -> Iterator[list[Any]]:
    """Run ``action`` in another thread before this thread's next statement with this ``beginning``.

    Yields the results. With ``times`` it runs again before the next such statement of another connection.
    """
    answers: list[Any] = []
    # The connections themselves, because their ids may be reused.
    seen: list[Any] = []
    own = threading.get_ident()

    def look(connection: Any, _: Any, text: str, *__: Any) -> None:
        if threading.get_ident() != own or not text.startswith(beginning) or len(seen) == times:
            return
        own_connection = connection.connection.dbapi_connection
        if not any(own_connection is other for other in seen):
            seen.append(own_connection)
            answers.append(_in_a_thread(app, action))

    sa.event.listen(Engine, "before_cursor_execute", look)
    try:
        yield answers
    finally:
        sa.event.remove(Engine, "before_cursor_execute", look)


def _in_a_thread(app: Flask, action: Callable[[], Any]) -> Any:
    answers: list[Any] = []

    def run() -> None:
        with app.app_context():
            try:
                answers.append(action())
            finally:
                db.session.remove()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout=30)
    if not answers:
        raise TimeoutError("the concurrent call has not finished")
    return answers[0]
