"""Redirects for visitors who open an address that accepts only forms, by Reload or Back."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter


def landing_page() -> str | None:
    """Return the nearest page above the current address when it accepts only forms: /cart for /cart/lines.

    Returns None for methods other than GET and HEAD, and for addresses of webhooks.
    """
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.method not in ("GET", "HEAD") or not _is_form(adapter):
        return None
    return page_above()


def page_above() -> str:
    """Return the nearest page above the current address, or the home page."""
    adapter = current_app.create_url_adapter(request)
    path = request.path
    while path != "/" and adapter is not None:
        path = path.rsplit("/", 1)[0] or "/"
        if adapter.test(path, method="GET"):
            return path
    return "/"


def _is_form(adapter: MapAdapter) -> bool:
    try:
        endpoint = adapter.match(request.path, method="POST")[0]
    except HTTPException:
        return False
    return not getattr(current_app.view_functions[endpoint], "accepts_foreign_requests", False)
