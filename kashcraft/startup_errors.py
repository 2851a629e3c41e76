"""One-line messages instead of tracebacks for invalid settings and for a database that is not ready."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kashcraft.config import ConfigError
from kashcraft.core.db import db, takes_no_writes
from kashcraft.core.jobs import Outbox

NO_WRITES = "the database cannot be written to: another process is writing, or the disk is full"
NOT_MIGRATED = "the tables of the database are missing or outdated: run flask db upgrade"
UNREACHABLE = "the database cannot be reached: {}"
_MISSING = ("no such table", "no such column")
_MISSING_CODES = {"42P01", "42703"}
_NO_DATABASE = ("unable to open database file", "file is not a database")
# After any other exit code Gunicorn would start the process again forever; see its APP_LOAD_ERROR.
NOT_LOADED = 4


def end(error: ConfigError) -> NoReturn:
    """End the process with the errors of its settings, one a line, and a nonzero exit code.

    An exception would be printed as a traceback by servers, and shown as a page by Flask's debugger.
    """
    sys.stderr.write(f"Error: {error.message}\n")
    raise SystemExit(1 if click.get_current_context(silent=True) else NOT_LOADED)


def explain(error: DBAPIError | PoolTimeout) -> str | None:
    """Return one line for operators about an error of the database, or None where it may be a bug."""
    if takes_no_writes(error):
        return NO_WRITES
    if not isinstance(error, DBAPIError):
        return None
    message, code = str(error.orig), getattr(error.orig, "sqlstate", None)
    if code in _MISSING_CODES or any(text in message for text in _MISSING):
        return NOT_MIGRATED
    without_code = isinstance(error, OperationalError) and hasattr(error.orig, "sqlstate") and code is None
    if without_code or any(text in message for text in _NO_DATABASE):
        return UNREACHABLE.format(message.splitlines()[0])
    return None


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Raise a ClickException, which commands print as one line, where the block fails because of the
    database.
    """
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        line = explain(error)
        if line is None:
            raise
        raise click.ClickException(line) from None


def check_tables() -> None:
    """Read one of the tables. Raises DBAPIError where the database is unreachable or not migrated."""
    with db.engine.connect() as connection:
        connection.execute(sa.select(Outbox.id).limit(1))


class Command(click.Command):
    """A command that reports errors of the database in one line."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        with errors_in_one_line():
            return super().invoke(ctx)


class Group(AppGroup):
    """A group of commands that report errors of the database in one line."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen command."""
        with errors_in_one_line():
            return super().invoke(ctx)
