"""Logs as one JSON object a line, with the request's id; values that look secret are blotted out."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

SECRET = re.compile(
    r"password|secret|token|card_number|cvc|cvv|code$|key$|authorization|cookie", re.IGNORECASE
)


def blot_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the values of fields whose names say that they are secret."""
    return {name: "***" if SECRET.search(name) and name != "code" else value for name, value in event.items()}


def configure(*, as_json: bool) -> None:
    """Set up structlog for the process; plain text where a person reads along."""
    renderer: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            blot_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )


def init_app(app: Flask) -> None:
    """Give every unsafe or failing request an id that its log lines and its response carry."""

    @app.before_request
    def name_request() -> None:
        if request.method not in ("GET", "HEAD"):
            g.request_id = uuid.uuid4().hex[:16]
            structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def send_id(response: Response) -> Response:
        if "request_id" in g:
            response.headers["X-Request-Id"] = g.request_id
        return response

    @app.teardown_request
    def forget(_: BaseException | None) -> None:
        if "request_id" in g:
            structlog.contextvars.unbind_contextvars("request_id")
