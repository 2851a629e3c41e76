"""Changes to the response that the handlers of an event request, such as cookies and notices.

Handlers return reports. ``bus.publish`` collects them, services return them, and views pass them to
``add_to``. So handlers never change the response themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from flask import Response

R = TypeVar("R")

_shown: dict[type[object], Callable[..., Response]] = {}


def register(kind: type[R], show: Callable[[Response, R], Response]) -> None:
    """Use ``show`` to add reports of the type ``kind`` to responses."""
    _shown[kind] = show


def add_to(response: Response, reports: Iterable[object]) -> Response:
    """Return the response with all reports added. Raises LookupError for an unregistered type."""
    for report in reports:
        show = _shown.get(type(report))
        if show is None:
            raise LookupError(f"no function is registered for {type(report).__name__}")
        response = show(response, report)
    return response
