"""Calls that are made at the same moment, in threads of their own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from kashcraft.core.db import db
from kashcraft.core.errors import DomainError


def at_once(app: Flask, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Make all calls at the same moment, each in a thread of its own; return their answers or refusals."""
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
        raise TimeoutError("a call has not come back")
    return answers


def codes(answers: Sequence[Any]) -> Counter[str]:
    """Count answers by their code: ok, or that of the refusal."""
    return Counter(answer.code if isinstance(answer, DomainError) else "ok" for answer in answers)
