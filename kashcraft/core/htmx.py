"""Responses for htmx and for plain requests from one view; works around defects of htmx-flask.

htmx-flask lacks some swap styles and all modifiers, cannot set HX-Reselect, and sets no Vary header.
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
    """The swap styles of htmx 2, with modifiers after a space."""

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and value.split(" ", 1)[0] in _SWAPS


def init_app(app: Flask) -> None:
    """Install htmx-flask, and send Vary, because a fragment and its page share an address."""
    htmx_flask.response.RESWAPS = _Swaps(sorted(_SWAPS))
    htmx_flask.Htmx(app)

    @app.after_request
    def vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            if "Vary" in response.headers:
                response.vary.update(("Cookie", "HX-Request"))
            else:
                response.headers["Vary"] = "Cookie, HX-Request"
            if wants_fragment():
                response.headers["Cache-Control"] = "no-store"
        return response


def wants_fragment() -> bool:
    """Return whether htmx requests a fragment (a history restore requests the page)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def page_or_fragment(page: str, fragment: str, *, status: int = 200, **context: Any) -> Response:
    """Render the fragment template for htmx and the page template for plain requests."""
    template = fragment if wants_fragment() else page
    return make_response(render_template(template, **context), status)


def fragment(*templates: str, status: int = 200, announce: str | None = None, **context: Any) -> Response:
    """Return one or more partials in one response; those after the first are swapped out of band.

    ``announce`` is shown in the live region and read by screen readers.
    """
    body = "\n".join(render_template(template, **context) for template in templates)
    response = make_response(body, status)
    if announce:
        trigger(response, "announce", message=announce)
    return response


def trigger(response: Response, event: str, **detail: Any) -> Response:
    """Have htmx dispatch ``event`` with ``detail`` when it receives the response; return the response."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = detail
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def go_to(url: str, *, notice: str | None = None, said: str = "") -> Response:
    """Redirect the browser: 303 for a plain request, HX-Redirect for htmx.

    ``notice`` is the code of a registered notice; ``said`` is the text of a notice, which is signed.
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
