"""Logs with one JSON object a line and the id of the request; secret values are masked.

Log records of libraries are written in the same way. No line contains a requested address with its query or
token, because links in e-mails contain secrets.
"""

from __future__ import annotations

import logging
import re
import sys
import uuid
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from kashcraft.core.errors import without_values

SECRET = re.compile(
    r"password|secret|token|card_number|cvc|cvv|code$|key$|authorization|cookie", re.IGNORECASE
)

log = structlog.get_logger()


def mask_secrets(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask the values of fields whose names mark them as secret, at any depth."""
    return _blotted(event)


def drop_stored_values(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Remove rows that a database quotes from a traceback."""
    if "exception" in event:
        event["exception"] = without_values(str(event["exception"]))
    return event


def _blotted(event: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in event.items()}


def _value(name: str, value: Any) -> Any:
    if SECRET.search(name) and name != "code":
        return "***"
    return _blotted(value) if isinstance(value, Mapping) and not name.startswith("_") else value


def configure(*, as_json: bool) -> None:
    """Configure structlog and the standard library's logging for the process; plain text on a terminal."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [
        structlog.processors.format_exc_info,
        drop_stored_values,
        mask_secrets,
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False),
    ]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = _Lines()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [known for known in root.handlers if not isinstance(known, _Lines)] + [handler]


class _Lines(logging.Handler):
    """Writes log records to the current standard output of the process."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; records of libraries below the level of a warning are ignored."""
        if record.levelno >= logging.WARNING:
            sys.stdout.write(f"{self.format(record)}\n")


def warn_of(sentences: Iterable[str]) -> None:
    """Log each sentence as a warning, for operators to read at every start."""
    for sentence in sentences:
        log.warning(sentence)


def init_app(app: Flask) -> None:
    """Give every unsafe or failing request an id, which its log lines and its response contain."""

    @app.before_request
    def name_unsafe() -> None:
        if request.method not in ("GET", "HEAD"):
            name_request()

    @app.after_request
    def send_id(response: Response) -> Response:
        if "request_id" in g:
            response.headers["X-Request-Id"] = g.request_id
        return response

    @app.teardown_request
    def forget(_: BaseException | None) -> None:
        if "request_id" in g:
            structlog.contextvars.unbind_contextvars("request_id")

    def log_failure(failure: Any) -> None:
        name_request()
        log.error("request failed", method=request.method, endpoint=request.endpoint, exc_info=failure)

    app.log_exception = log_failure  # type: ignore[method-assign,assignment]


def name_request() -> None:
    """Give the current request an id if it has none."""
    if "request_id" in g:
        return
    g.request_id = uuid.uuid4().hex[:16]
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
