"""The access log, where the settings ask for it: one line for each request that the application answers.

Static files are answered in front of it and leave none.
"""

from __future__ import annotations

from time import perf_counter

import structlog
from flask import Flask, Request, Response, g, request

from kashcraft.core import logs

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Have each request leave a line once its answer is made. To be called before the other parts, so that
    its time and its answer are those of all of them.
    """

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()
        logs.name_request()

    @app.after_request
    def write(response: Response) -> Response:
        user = g.get("_login_user")  # Flask-Login's, where somebody has asked who it is
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


def path_of(asked: Request) -> str:
    """Return the path of a request without its query, and without what opens something: a link's token, a
    code. Of an address that the shop does not have only the first part is told, since it may be such a link
    with a mistake in it.
    """
    if asked.url_rule is None:
        first, _, rest = asked.path.lstrip("/").partition("/")
        return f"/{first}/..." if rest else f"/{first}"
    path = asked.path
    for name, value in (asked.view_args or {}).items():
        if logs.SECRET.search(name):
            path = path.replace(str(value), "***")
    return path
