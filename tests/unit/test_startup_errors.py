"""Commands and servers that cannot start print one line for each reason, without a traceback."""

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
MESSAGES = [
    "KASHCRAFT_PAGE_SIZE must be a whole number, not 'abc'",
    "KASHCRAFT_SHOP_CURRENCY must be the code of a currency, not 'XTS'",
    "KASHCRAFT_HOLD_MINUTES must be at least 1, not 0",
]
UNREACHABLE = "postgresql://shop:p4ssw0rd@127.0.0.1:1/shop"


def run(*command: str, variables: Mapping[str, str]) -> tuple[int, str]:
    """Run a command; return its exit code and its output."""
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
def test_all_invalid_settings_are_listed_one_a_line(
    tmp_path: Path, command: tuple[str, ...], code: int
) -> None:
    assert run(*command, variables=server.environment(tmp_path, **WRONG)) == (
        code,
        "Error: " + "\n".join(MESSAGES) + "\n",
    )


def test_another_server_stops_with_one_message(tmp_path: Path) -> None:
    command = (GUNICORN, "--bind", f"127.0.0.1:{server.free_port()}", "wsgi:app")
    code, output = run(*command, variables=server.environment(tmp_path, **WRONG))

    assert code == 4
    assert output.count("Error: " + "\n".join(MESSAGES)) == 1
    assert "Traceback" not in output


@pytest.mark.parametrize("command", [("demo", "load"), ("worker",), ("serve",)])
def test_a_database_without_migrations_is_reported(tmp_path: Path, command: tuple[str, ...]) -> None:
    assert run(FLASK, *command, variables=server.environment(tmp_path)) == (
        1,
        f"Error: {startup_errors.NOT_MIGRATED}\n",
    )


@pytest.mark.parametrize("command", [("db", "upgrade"), ("demo", "load")])
def test_an_unreachable_database_is_reported_without_its_password(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    code, output = run(FLASK, *command, variables=server.environment(tmp_path, UNREACHABLE))

    assert code == 1
    assert output.startswith("Error: the database cannot be reached: ")
    assert output.count("\n") == 1
    assert "127.0.0.1" in output
    assert "p4ssw0rd" not in output


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/shop.db", "sqlite:///text.db"])
def test_a_file_that_is_no_database_is_reported(tmp_path: Path, url: str) -> None:
    (tmp_path / "text.db").write_text("This is a text and no database. " * 100)

    code, output = run(FLASK, "db", "upgrade", variables=server.environment(tmp_path, url))

    assert code == 1
    assert output.startswith("Error: the database cannot be reached: ")
    assert output.count("\n") == 1


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("SELECT 1 FROM nowhere", startup_errors.NOT_MIGRATED),
        ("SELECT wanted FROM outbox", startup_errors.NOT_MIGRATED),
        ("SELEKT 1", None),
    ],
)
def test_errors_of_the_database_are_explained(statement: str, line: str | None) -> None:
    with db.engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(sa.text(statement))

    assert startup_errors.explain(raised.value) == line


def test_other_errors_keep_their_traceback(database: Flask) -> None:
    with pytest.raises(DBAPIError), startup_errors.errors_in_one_line(), db.engine.connect() as connection:
        connection.execute(sa.text("SELEKT 1"))
    wanted = pytest.raises(click.ClickException, match="run flask db upgrade")
    with wanted, startup_errors.errors_in_one_line(), db.engine.connect() as connection:
        connection.execute(sa.text("SELECT 1 FROM nowhere"))


def test_a_migrated_database_has_its_tables(database: Flask) -> None:
    startup_errors.check_tables()


@pytest.mark.parametrize(("below_a_command", "code"), [(True, 1), (False, 4)])
def test_invalid_settings_end_the_process(
    capsys: pytest.CaptureFixture[str], below_a_command: bool, code: int
) -> None:
    with pytest.raises(SystemExit) as ended:
        if below_a_command:
            with click.Context(click.Command("serve")):
                startup_errors.end(ConfigError("first\nsecond"))
        startup_errors.end(ConfigError("first\nsecond"))

    assert ended.value.code == code
    assert capsys.readouterr().err == "Error: first\nsecond\n"
