"""No template asks the database: whatever a page shows was read before its first line is written.

A plugin, so that it holds for every page and e-mail of every test. While Jinja renders, a statement is
refused, unless a function of READERS sent it.
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

# (package, function) of what still reads while a template is rendered. The list only shrinks, to none.
READERS: set[tuple[str, str]] = set()

_rendered: ContextVar[str | None] = ContextVar("rendered", default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Watch every template and every database engine from now on."""
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
    under_way = list(_functions(sys._getframe()))
    if READERS.isdisjoint(under_way):
        reader = " < ".join(function for _, function in under_way[:6])
        raise AssertionError(f"{template} asks the database, by {reader}: {statement}")


def _functions(frame: FrameType | None) -> Iterator[tuple[str, str]]:
    """Yield (package, function) of the shop's own functions under way, the innermost first."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("kashcraft."):
            yield module.split(".")[1], frame.f_code.co_qualname
        frame = frame.f_back
