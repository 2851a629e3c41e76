"""What an event did that the browser has to know, added to the answer by the feature that did it.

Handlers in the step return a report; ``bus.publish`` hands the reports back, services return them, and the
view passes them on to here. So no handler writes cookies or notices by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from flask import Response

R = TypeVar("R")

_shown: dict[type[object], Callable[..., Response]] = {}


def register(kind: type[R], show: Callable[[Response, R], Response]) -> None:
    """Have answers changed by ``show`` for each report of ``kind``."""
    _shown[kind] = show


def add_to(response: Response, reports: Iterable[object]) -> Response:
    """Return the answer with what the reports say. Raises LookupError for a report that nobody shows."""
    for report in reports:
        show = _shown.get(type(report))
        if show is None:
            raise LookupError(f"nobody shows a {type(report).__name__}")
        response = show(response, report)
    return response
