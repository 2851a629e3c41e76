"""Logs as one JSON object a line, with the request's id; values that look secret are blotted out.

What libraries log goes the same way, and no line quotes an address that was asked for, because links of
letters carry secrets in theirs.
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


def blot_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the values of fields whose names say that they are secret, at any depth."""
    return _blotted(event)


def drop_stored_values(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take the rows that a database quotes out of a traceback."""
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
    """Set up structlog and the standard library's logging for the process; plain text where a person reads
    along.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [
        structlog.processors.format_exc_info,
        drop_stored_values,
        blot_secrets,
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
    """Writes lines to where the process's output goes at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; what a library says below a warning is left out."""
        if record.levelno >= logging.WARNING:
            sys.stdout.write(f"{self.format(record)}\n")


def warn_of(sentences: Iterable[str]) -> None:
    """Log each sentence as a warning, for what an operator should read at every start."""
    for sentence in sentences:
        log.warning(sentence)


def init_app(app: Flask) -> None:
    """Give every unsafe or failing request an id that its log lines and its response carry."""

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
    """Give the present request an id where it has none."""
    if "request_id" in g:
        return
    g.request_id = uuid.uuid4().hex[:16]
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
