"""A pytest plugin that refuses statements while a template is rendered, in every test.

All data of a page is read before. Values that a view cannot pass are read before, too, see
``core/template_values.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any

import pytest
import sqlalchemy as sa
from jinja2 import Template
from sqlalchemy.engine import Engine

_rendered: ContextVar[str | None] = ContextVar("rendered", default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Watch every template and every database engine."""
    render = Template.render

    def watched(self: Template, *arguments: Any, **options: Any) -> str:
        with _rendering(self.name or "a text"):
            return render(self, *arguments, **options)

    Template.render = watched  # type: ignore[method-assign]
    sa.event.listen(Engine, "before_cursor_execute", _refuse)


@contextmanager
def _rendering(name: str) -> Iterator[None]:
    outermost = _rendered.get() is None
    token = _rendered.set(name) if outermost else None
    try:
        yield
    finally:
        if token is not None:
            _rendered.reset(token)


def _refuse(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    template = _rendered.get()
    if template is None:
        return
    reader = " < ".join(list(_functions(sys._getframe()))[:6])
    raise AssertionError(f"{template} asks the database, by {reader}: {statement}")


def _functions(frame: FrameType | None) -> Iterator[str]:
    """Yield the active functions of the shop, the innermost first."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("kashcraft."):
            yield f"{module.removeprefix('kashcraft.')}.{frame.f_code.co_qualname}"
        frame = frame.f_back
