"""One view for the page and its fragment: htmx-flask behind repairs of its defects.

Its list of swap styles lacks some and refuses modifiers, it cannot set HX-Reselect, and it sets no Vary.
"""

from __future__ import annotations

import json
from typing import Any

import htmx_flask
import htmx_flask.response
from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.urls import iri_to_uri

from kashcraft.core.flash import signed_notice, with_notice

_SWAPS = {
    "innerHTML", "outerHTML", "textContent", "beforebegin", "afterbegin", "beforeend", "afterend", "delete",
    "none",
}  # fmt: skip


class _Swaps(list[str]):
    """The swap styles of htmx 2, with modifiers after a blank."""

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and value.split(" ", 1)[0] in _SWAPS


def init_app(app: Flask) -> None:
    """Let requests know htmx, and caches know that fragment and page share an address."""
    htmx_flask.response.RESWAPS = _Swaps(sorted(_SWAPS))
    htmx_flask.Htmx(app)

    @app.after_request
    def vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.update(("Cookie", "HX-Request"))
            if wants_fragment():
                response.headers["Cache-Control"] = "no-store"
        return response


def wants_fragment() -> bool:
    """Return whether htmx asks for a fragment (a history restore wants the page)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def page_or_fragment(page: str, fragment: str, *, status: int = 200, **context: Any) -> Response:
    """Return the fragment template to htmx and the page template to everybody else, with one context."""
    template = fragment if wants_fragment() else page
    return make_response(render_template(template, **context), status)


def fragment(*templates: str, status: int = 200, announce: str | None = None, **context: Any) -> Response:
    """Return one or more partials in one answer; those after the first swap themselves out of band.

    ``announce`` is spoken to screen readers and shown in the live region.
    """
    body = "\n".join(render_template(template, **context) for template in templates)
    response = make_response(body, status)
    if announce:
        trigger(response, "announce", message=announce)
    return response


def trigger(response: Response, event: str, **detail: Any) -> Response:
    """Have htmx fire ``event`` with ``detail`` in the browser once it has the answer; return the response."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = detail
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def go_to(url: str, *, notice: str | None = None, said: str = "") -> Response:
    """Send the browser to another page: 303 for a plain request, HX-Redirect for htmx.

    ``notice`` is the code of a registered notice that the page shows on top; ``said`` are words for
    one, which travel signed.
    """
    if said:
        notice = signed_notice(said)
    if notice:
        url = with_notice(url, notice)
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = iri_to_uri(url)
        return response
    return make_response(redirect(url, 303))
