"""The access log: one line for each request that the application answers, where the settings enable it.

Requests for static files are answered before the application and are not logged.
"""

from __future__ import annotations

from time import perf_counter

import structlog
from flask import Flask, Request, Response, g, request

from kashcraft.core import logs

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Log each request after its response is created.

    Call it before the other parts are installed, so that the logged time and response include theirs.
    """

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()
        logs.name_request()

    @app.after_request
    def write(response: Response) -> Response:
        user = g.get("_login_user")  # set by Flask-Login when a view has read the current user
        log.info(
            "request",
            method=request.method,
            path=path_of(request),
            status=response.status_code,
            ms=round((perf_counter() - g.began) * 1000, 1) if "began" in g else None,
            bytes=response.content_length if response.is_streamed else response.calculate_content_length(),
            user_id=str(user.id) if hasattr(user, "id") else None,
        )
        return response


def path_of(requested: Request) -> str:
    """Return the path of a request without its query and without secrets such as tokens and codes.

    Of an unknown address only the first part is returned, because it may be a mistyped link with a token.
    """
    if requested.url_rule is None:
        first, _, rest = requested.path.lstrip("/").partition("/")
        return f"/{first}/..." if rest else f"/{first}"
    path = requested.path
    for name, value in (requested.view_args or {}).items():
        if logs.SECRET.search(name):
            path = path.replace(str(value), "***")
    return path
