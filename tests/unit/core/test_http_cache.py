"""The Cache-Control header."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, Response, session

from kashcraft.cart.views.cookie import set_cart_cookie


def set_cookie(response: Response) -> None:
    response.set_cookie("prefs", "DE")


def set_cart(response: Response) -> None:
    set_cart_cookie(response, "token", 1)


def set_session(_: Response) -> None:
    session["_user_id"] = "x"


def nothing(_: Response) -> None:
    pass


@pytest.mark.parametrize(
    ("method", "headers", "change", "expected"),
    [
        ("GET", {}, nothing, "public, max-age=60"),
        ("HEAD", {}, nothing, "public, max-age=60"),
        ("POST", {}, nothing, "private, no-cache"),
        ("GET", {"Cookie": "cart=x.1"}, nothing, "private, no-cache"),
        ("GET", {"Authorization": "Basic x"}, nothing, "private, no-cache"),
        ("GET", {}, set_cookie, "private, no-cache"),
        ("GET", {}, set_cart, "private, no-cache"),
        ("GET", {}, set_session, "private, no-cache"),
    ],
)
def test_only_anonymous_pages_are_public(
    app: Flask, method: str, headers: dict[str, str], change: Callable[[Response], None], expected: str
) -> None:
    with app.test_request_context(method=method, headers=headers):
        response = app.make_response("page")
        change(response)
        assert app.process_response(response).headers["Cache-Control"] == expected
