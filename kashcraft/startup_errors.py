"""What commands and servers say in one line, without a traceback, where the shop cannot start: settings that
are wrong, and a database that is not there or not ready.
"""

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

NO_WRITES = "the database takes no writes at the moment; somebody else writes for long, or its disk is full"
NOT_MIGRATED = "the tables of the database are not there or not up to date: run flask db upgrade"
UNREACHABLE = "the database cannot be reached: {}"
_MISSING = ("no such table", "no such column")
_MISSING_CODES = {"42P01", "42703"}
_NO_DATABASE = ("unable to open database file", "file is not a database")
# Gunicorn tries again for ever after any other code; see its APP_LOAD_ERROR.
NOT_LOADED = 4


def end(error: ConfigError) -> NoReturn:
    """End the process with what is wrong with its settings, in a line each, and with a code that is not 0.

    Not by an error, which servers would print as a traceback, and Flask's debugger as a page.
    """
    sys.stderr.write(f"Error: {error.message}\n")
    raise SystemExit(1 if click.get_current_context(silent=True) else NOT_LOADED)


def explain(error: DBAPIError | PoolTimeout) -> str | None:
    """Return in one line what an error of the database means to whoever runs the shop; None where it may
    only be a mistake of the code.
    """
    if takes_no_writes(error):
        return NO_WRITES
    if not isinstance(error, DBAPIError):
        return None
    said, code = str(error.orig), getattr(error.orig, "sqlstate", None)
    if code in _MISSING_CODES or any(text in said for text in _MISSING):
        return NOT_MIGRATED
    without_code = isinstance(error, OperationalError) and hasattr(error.orig, "sqlstate") and code is None
    if without_code or any(text in said for text in _NO_DATABASE):
        return UNREACHABLE.format(said.splitlines()[0])
    return None


@contextmanager
def in_a_line() -> Iterator[None]:
    """Raise a ClickException, which commands print as a line, where the block fails for the database."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        line = explain(error)
        if line is None:
            raise
        raise click.ClickException(line) from None


def look_at_the_tables() -> None:
    """Ask for one of the shop's tables. Raises the error of a database that is away or was never migrated."""
    with db.engine.connect() as connection:
        connection.execute(sa.select(Outbox.id).limit(1))


class Command(click.Command):
    """A command that says in a line what is wrong with the database."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        with in_a_line():
            return super().invoke(ctx)


class Group(AppGroup):
    """A group of commands that say in a line what is wrong with the database."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was chosen."""
        with in_a_line():
            return super().invoke(ctx)
