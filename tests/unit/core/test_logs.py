"""Logs: one JSON object a line, without secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from kashcraft.accounts.models import User
from kashcraft.core import logs
from kashcraft.core.db import step
from kashcraft.core.errors import reason_of


@pytest.fixture(autouse=True)
def _lines_of_json(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    logs.configure(as_json=True)
    yield
    logs.configure(as_json=False)


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    said = capsys.readouterr()
    return [json.loads(line) for line in (said.out + said.err).splitlines()]


def test_secret_values_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    logs.log.info("signed in", user="ada", session_token="abc", form={"password": "x", "name": "Ada"})

    (line,) = written(capsys)
    del line["timestamp"]
    assert line == {
        "event": "signed in",
        "level": "info",
        "user": "ada",
        "session_token": "***",
        "form": {"password": "***", "name": "Ada"},
    }


def test_libraries_log_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("some.library").warning("%s is slow", "Redis")

    (line,) = written(capsys)
    assert (line["event"], line["level"]) == ("Redis is slow", "warning")


def test_a_failed_request_is_logged_with_its_endpoint_and_id(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.test_request_context("/account/reset/a-secret-link"):
        try:
            raise ZeroDivisionError("by nothing")
        except ZeroDivisionError as error:
            app.log_exception((type(error), error, error.__traceback__))
        answer = app.process_response(app.make_response(""))

    (line,) = written(capsys)
    assert (line["event"], line["method"], line["endpoint"]) == ("request failed", "GET", "accounts.reset")
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "ZeroDivisionError: by nothing" in str(line["exception"])
    assert "a-secret-link" not in json.dumps(line)


def test_stored_values_never_appear_in_logs_or_reasons(
    database: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "ada@shop.example"

    def broken() -> None:
        with step() as session:
            for _ in range(2):
                session.execute(sa.insert(User).values(email=secret, email_key=secret))

    with pytest.raises(IntegrityError) as caught:
        broken()
    logs.log.error("failed", exc_info=caught.value)

    (line,) = written(capsys)
    assert "IntegrityError" in str(line["exception"])
    assert secret not in json.dumps(line)
    assert secret not in reason_of(caught.value)
