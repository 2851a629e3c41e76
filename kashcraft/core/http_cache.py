"""The Cache-Control header: anonymous pages may be cached publicly for a minute, others by the browser.

A response that sets a cookie is never public.
"""

from __future__ import annotations

from flask import Flask, Response, request, session

PUBLIC = "public, max-age=60"
PRIVATE = "private, no-cache"


def init_app(app: Flask) -> None:
    """Send a Cache-Control header with every response that has not set its own."""

    @app.after_request
    def send_cache_control(response: Response) -> Response:
        if "Cache-Control" not in response.headers:
            personal = "Set-Cookie" in response.headers or session.modified
            anonymous = not personal and not request.cookies and "Authorization" not in request.headers
            readable = request.method in ("GET", "HEAD") and response.status_code in (200, 301, 404)
            # In debug mode an edited template must be visible immediately.
            public = readable and anonymous and not app.debug
            response.headers["Cache-Control"] = PUBLIC if public else PRIVATE
        return response
