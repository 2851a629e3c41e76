"""What a request brings, read in one place: without the NUL character, which nobody types, nothing shows and
PostgreSQL does not store.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.datastructures.structures import iter_multi_items

NUL = "\x00"


class CleanValues(ImmutableMultiDict[str, Any]):
    """Values by their names, as the query, a form and the cookies bring them."""

    def __init__(self, mapping: Any = ()) -> None:
        super().__init__([(_clean(name), _clean(value)) for name, value in iter_multi_items(mapping or ())])


class Request(HtmxAwareRequest):  # type: ignore[misc]
    """A request whose query, form, cookies and headers hold no NUL; what else they say goes on."""

    parameter_storage_class = CleanValues
    dict_storage_class = CleanValues

    def __init__(self, environ: dict[str, Any], *arguments: Any, **options: Any) -> None:
        for name, value in environ.items():
            if name.startswith("HTTP_") and NUL in value:
                environ[name] = value.replace(NUL, "")
        super().__init__(environ, *arguments, **options)


def init_app(app: Flask) -> None:
    """Have requests read so, once htmx has put its own kind in place."""
    app.request_class = Request


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(NUL, "")
    if filename := getattr(value, "filename", None):
        value.filename = filename.replace(NUL, "")
    return value
