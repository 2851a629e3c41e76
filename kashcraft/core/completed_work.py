"""What a request has done for good, even where it fails later, and the page that shows it."""

from __future__ import annotations

from flask import has_request_context, request

from kashcraft.core.form_redirects import page_above

_DONE = "kashcraft.lasting"
_SHOWN_AT = "kashcraft.shown_at"


def note() -> None:
    """Note that something was done that a failure of the present request does not take back: a step that has
    committed, a call to somebody else. Outside of a request nobody asks.
    """
    if has_request_context():
        request.environ[_DONE] = True


def was_noted() -> bool:
    """Return whether the present request has done something for good."""
    return has_request_context() and _DONE in request.environ


def show_at(url: str) -> None:
    """Name the page on which whoever sent the present request sees how what was done stands."""
    request.environ[_SHOWN_AT] = url


def shown_at() -> str:
    """Return the page that was named by ``show_at``, else the nearest one above the present address."""
    return str(request.environ.get(_SHOWN_AT) or page_above())
