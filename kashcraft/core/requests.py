"""Request data without NUL characters, which PostgreSQL cannot store."""

from __future__ import annotations

from typing import Any

from flask import Flask
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.datastructures.structures import iter_multi_items

NUL = "\x00"


class CleanValues(ImmutableMultiDict[str, Any]):
    """The values of a query, a form or cookies, by name and without NUL characters."""

    def __init__(self, mapping: Any = ()) -> None:
        super().__init__([(_clean(name), _clean(value)) for name, value in iter_multi_items(mapping or ())])


class Request(HtmxAwareRequest):  # type: ignore[misc]
    """A request whose query, form, cookies and headers contain no NUL characters."""

    parameter_storage_class = CleanValues
    dict_storage_class = CleanValues

    def __init__(self, environ: dict[str, Any], *arguments: Any, **options: Any) -> None:
        for name, value in environ.items():
            if name.startswith("HTTP_") and NUL in value:
                environ[name] = value.replace(NUL, "")
        super().__init__(environ, *arguments, **options)


def init_app(app: Flask) -> None:
    """Use this class for requests; call it after htmx is installed."""
    app.request_class = Request


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(NUL, "")
    if filename := getattr(value, "filename", None):
        value.filename = filename.replace(NUL, "")
    return value
