"""Commands and servers that cannot start say why in a line each, without a traceback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from kashcraft import startup_errors
from kashcraft.config import ConfigError
from kashcraft.core.db import db
from tests.support import server

FLASK, PYTHON = str(server.FLASK), sys.executable
GUNICORN = str(server.FLASK.with_name("gunicorn"))
WRONG = {"page_size": "abc", "shop_currency": "XTS", "hold_minutes": "0"}
SAID = [
    "KASHCRAFT_PAGE_SIZE is a whole number, not 'abc'",
    "KASHCRAFT_SHOP_CURRENCY is no currency, not 'XTS'",
    "KASHCRAFT_HOLD_MINUTES is at least 1, not 0",
]
NOBODY_THERE = "postgresql://shop:p4ssw0rd@127.0.0.1:1/shop"


def run(*command: str, variables: Mapping[str, str]) -> tuple[int, str]:
    """Run a command; return its code and all that it said."""
    done = subprocess.run(
        command,
        cwd=server.ROOT,
        env=dict(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ((FLASK, "serve"), 1),
        ((FLASK, "db", "upgrade"), 1),
        ((PYTHON, "-c", "import wsgi"), 4),
    ],
)
def test_all_wrong_settings_are_named_a_line_each(
    tmp_path: Path, command: tuple[str, ...], code: int
) -> None:
    assert run(*command, variables=server.environment(tmp_path, **WRONG)) == (
        code,
        "Error: " + "\n".join(SAID) + "\n",
    )


def test_another_server_stops_and_says_so_once(tmp_path: Path) -> None:
    command = (GUNICORN, "--bind", f"127.0.0.1:{server.free_port()}", "wsgi:app")
    code, said = run(*command, variables=server.environment(tmp_path, **WRONG))

    assert code == 4
    assert said.count("Error: " + "\n".join(SAID)) == 1
    assert "Traceback" not in said


@pytest.mark.parametrize("command", [("demo", "load"), ("worker",), ("serve",)])
def test_a_database_that_was_never_migrated_is_told(tmp_path: Path, command: tuple[str, ...]) -> None:
    assert run(FLASK, *command, variables=server.environment(tmp_path)) == (
        1,
        f"Error: {startup_errors.NOT_MIGRATED}\n",
    )


@pytest.mark.parametrize("command", [("db", "upgrade"), ("demo", "load")])
def test_a_database_that_is_away_is_told_without_its_password(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    code, said = run(FLASK, *command, variables=server.environment(tmp_path, NOBODY_THERE))

    assert code == 1
    assert said.startswith("Error: the database cannot be reached: ")
    assert said.count("\n") == 1
    assert "127.0.0.1" in said
    assert "p4ssw0rd" not in said


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/shop.db", "sqlite:///text.db"])
def test_a_file_that_is_no_database_is_told(tmp_path: Path, url: str) -> None:
    (tmp_path / "text.db").write_text("This is a text and no database. " * 100)

    code, said = run(FLASK, "db", "upgrade", variables=server.environment(tmp_path, url))

    assert code == 1
    assert said.startswith("Error: the database cannot be reached: ")
    assert said.count("\n") == 1


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("SELECT 1 FROM nowhere", startup_errors.NOT_MIGRATED),
        ("SELECT wanted FROM outbox", startup_errors.NOT_MIGRATED),
        ("SELEKT 1", None),
    ],
)
def test_what_an_error_means(statement: str, line: str | None) -> None:
    with db.engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(sa.text(statement))

    assert startup_errors.explain(raised.value) == line


def test_mistakes_of_the_code_keep_their_traceback(database: Flask) -> None:
    with pytest.raises(DBAPIError), startup_errors.in_a_line(), db.engine.connect() as connection:
        connection.execute(sa.text("SELEKT 1"))
    wanted = pytest.raises(click.ClickException, match="run flask db upgrade")
    with wanted, startup_errors.in_a_line(), db.engine.connect() as connection:
        connection.execute(sa.text("SELECT 1 FROM nowhere"))


def test_the_tables_of_a_migrated_database_are_there(database: Flask) -> None:
    startup_errors.look_at_the_tables()


@pytest.mark.parametrize(("below_a_command", "code"), [(True, 1), (False, 4)])
def test_wrong_settings_end_the_process(
    capsys: pytest.CaptureFixture[str], below_a_command: bool, code: int
) -> None:
    with pytest.raises(SystemExit) as ended:
        if below_a_command:
            with click.Context(click.Command("serve")):
                startup_errors.end(ConfigError("first\nsecond"))
        startup_errors.end(ConfigError("first\nsecond"))

    assert ended.value.code == code
    assert capsys.readouterr().err == "Error: first\nsecond\n"
