"""The application that all parts are installed into."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from flask import Flask

pytestmark = pytest.mark.parametrize("shop", ["sqlite"], indirect=True)


def functions(app: Flask) -> list[Callable[..., object]]:
    """Return the views and the hooks of requests."""
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    found: list[Callable[..., object]] = list(app.view_functions.values())
    for by_blueprint in hooks:
        found += [hook for hooks_of_one in by_blueprint.values() for hook in hooks_of_one]
    return [*found, *app.teardown_appcontext_funcs]


async def coroutine() -> None:
    """Flask would wrap this function, or refuse it."""


def test_no_view_and_no_hook_is_a_coroutine_so_none_is_inspected(app: Flask) -> None:
    found = functions(app)

    assert len(found) > 100
    assert [function for function in found if inspect.iscoroutinefunction(function)] == []
    assert app.ensure_sync(coroutine) is coroutine
