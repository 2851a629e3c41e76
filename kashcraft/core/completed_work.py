"""Marks requests that have completed work which a later failure does not undo, and the page that shows it."""

from __future__ import annotations

from flask import has_request_context, request

from kashcraft.core.form_redirects import page_above

_DONE = "kashcraft.lasting"
_SHOWN_AT = "kashcraft.shown_at"


def note() -> None:
    """Mark the current request: it has committed a step or called an external service.

    Does nothing outside of a request.
    """
    if has_request_context():
        request.environ[_DONE] = True


def was_noted() -> bool:
    """Return whether the current request has completed work."""
    return has_request_context() and _DONE in request.environ


def show_at(url: str) -> None:
    """Set the page that shows the sender of the current request the state of the work."""
    request.environ[_SHOWN_AT] = url


def shown_at() -> str:
    """Return the page set by ``show_at``, else the nearest page above the current address."""
    return str(request.environ.get(_SHOWN_AT) or page_above())
