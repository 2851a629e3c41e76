"""One shop per database for the whole run; every test starts with empty tables and caches.

Tests commit as the shop does; afterwards the tables are emptied. ``support/scheduling.py`` divides the tests
among the workers of a run.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from kashcraft.core import clock
from kashcraft.core.db import Base, db, in_a_step
from kashcraft.core.settings import settings
from kashcraft.extensions import limiter
from tests.support import postgres
from tests.support.shops import own_shop

pytest_plugins = ["tests.support.rendered", "tests.support.quiet_templates", "tests.support.scheduling"]

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NEVER_EMPTIED = {"alembic_version", "catalogue_version", "reference_version"}


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """A private PostgreSQL server for this run."""
    with postgres.cluster() as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The migrated application, on each of the two databases."""
    instance = tmp_path_factory.mktemp(request.param)
    url = ""
    if request.param == "postgres":
        url = request.getfixturevalue("cluster").create_database()
    with own_shop(instance, database_url=url) as app:
        with app.app_context():
            missing = sorted(set(Base.metadata.tables) - set(sa.inspect(db.engine).get_table_names()))
        assert missing == [], "models without a migration: flask db migrate writes one"
        yield app


@pytest.fixture
def app(shop: Flask) -> Iterator[Flask]:
    """The application with empty tables."""
    shop.extensions["mail"].emails.clear()
    shop.extensions["caches"].clear()
    limiter.reset()
    limiter.enabled = False
    yield shop
    with shop.app_context():
        _empty_tables()


@pytest.fixture
def database(app: Flask) -> Iterator[Flask]:
    """The application with empty tables and a pushed context, for tests that call services directly."""
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript that does not follow redirects."""
    return browser(app)


class Browser(FlaskClient):
    """Sends each request in a context of its own, which shares no session and no user with the test."""

    def open(self, *args: Any, **options: Any) -> Any:
        """Send a request."""
        with self.application.app_context():
            return super().open(*args, **options)


def browser(app: Flask) -> FlaskClient:
    """Return a new browser with no cookies."""
    client = Browser(app, app.response_class)
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


@pytest.fixture
def rate_limits(app: Flask) -> None:
    """Enables rate limits, which are disabled in other tests."""
    limiter.enabled = True


@pytest.fixture
def frozen() -> Iterator[clock.FrozenClock]:
    """Freezes the clock at 2 March 2026, 10:00 UTC (a Monday), until it is advanced."""
    with clock.frozen(NOW) as stopped:
        yield stopped


@pytest.fixture
def sent_emails(app: Flask) -> list[EmailMessage]:
    """The e-mails that were sent."""
    sent: list[EmailMessage] = app.extensions["mail"].emails
    return sent


@dataclass
class Statements:
    """The SQL statements of a ``count_statements`` block."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def writes(self) -> list[str]:
        """Return the statements that write."""
        return [text for text in self.texts if not text.lstrip().upper().startswith(("SELECT", "WITH"))]


@pytest.fixture
def count_statements(app: Flask) -> Callable[[], Any]:
    """Return a context manager that records every statement except those that begin and end transactions."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        seen = Statements()

        def record(_conn: Any, _cursor: Any, text: str, *_: Any) -> None:
            if not text.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "PRAGMA")):
                seen.texts.append(text)

        if not in_a_step():
            # Read by the first request of a process, and before most services are called.
            with nullcontext() if has_app_context() else app.app_context():
                settings()
        with app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", record)
        try:
            yield seen
        finally:
            sa.event.remove(engine, "before_cursor_execute", record)

    return counting


def _empty_tables() -> None:
    """Delete all rows. Most tests fill a few of the tables, so one statement asks first which."""
    db.session.remove()
    names = [table.name for table in reversed(Base.metadata.sorted_tables) if table.name not in NEVER_EMPTIED]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    with contextlib.closing(db.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(filled)
        deletes = [f'DELETE FROM "{name}"' for (name,) in cursor.fetchall()]
        if db.engine.dialect.name == "postgresql":
            if deletes:
                role = "SET session_replication_role"
                cursor.execute("; ".join([f"{role} = replica", *deletes, f"{role} = origin"]))
            connection.commit()
        elif deletes:
            cursor.execute("PRAGMA foreign_keys=OFF")
            cursor.executescript("; ".join(["BEGIN IMMEDIATE", *deletes, "COMMIT"]))
            cursor.execute("PRAGMA foreign_keys=ON")
