"""The access log: one line a request, without secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from structlog.testing import capture_logs

from kashcraft.core.signing import sign
from tests.conftest import browser
from tests.factories.people import person, signed_in
from tests.support.shops import own_shop


@pytest.fixture(scope="module")
def logging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A shop that logs requests."""
    with own_shop(tmp_path_factory.mktemp("access"), access_log=True) as app:
        yield app


def lines(found: list[Any]) -> list[dict[str, Any]]:
    """Return the lines of requests, without how long each took and what varies from page to page."""
    logged = ("method", "path", "status", "user_id")
    return [{name: line[name] for name in logged} for line in found if line["event"] == "request"]


def test_each_request_is_logged_with_its_id(logging: Flask) -> None:
    with capture_logs() as found:
        page = browser(logging).get("/search?q=secret+shawl")

    (line,) = [line for line in found if line["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/search", 200)
    assert line["bytes"] == len(page.data)
    assert line["ms"] > 0
    assert line["user_id"] is None
    assert re.fullmatch(r"[0-9a-f]{16}", page.headers["X-Request-Id"])
    assert "secret" not in str(found)


def test_a_streamed_response_is_not_buffered_for_its_size(logging: Flask) -> None:
    with capture_logs() as found:
        page = browser(logging).get("/sitemap.xml")

    assert page.data.startswith(b"<?xml")
    assert "Content-Length" not in page.headers
    assert [line["bytes"] for line in found if line["event"] == "request"] == [None]


def test_static_files_are_not_logged(logging: Flask) -> None:
    with logging.app_context():
        url = logging.extensions["assets"].url("app.css")
    with capture_logs() as found:
        assert browser(logging).get(url).status_code == 200

    assert lines(found) == []


def test_the_signed_in_user_is_logged(logging: Flask) -> None:
    with logging.app_context():
        user_id = person()
    client = signed_in(logging, user_id=user_id)
    with capture_logs() as found:
        client.get("/account/")

    assert lines(found) == [{"method": "GET", "path": "/account/", "status": 200, "user_id": str(user_id)}]


def test_the_token_of_a_link_is_masked(logging: Flask) -> None:
    with logging.app_context():
        token = sign("password_reset", ["01890a5d-ac96-774b-bcce-b302099a8057", 1])
    with capture_logs() as found:
        browser(logging).get(f"/account/reset/{token}")
        browser(logging).get(f"/account/resett/{token}")
        browser(logging).get("/nowhere")

    assert [line["path"] for line in lines(found)] == ["/account/reset/***", "/account/...", "/nowhere"]
    assert token not in str(found)


def test_requests_are_not_logged_by_default(app: Flask) -> None:
    with capture_logs() as found:
        page = browser(app).get("/search?q=shawl")

    assert lines(found) == []
    assert "X-Request-Id" not in page.headers
