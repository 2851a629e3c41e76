"""Reads in autocommit mode, and several reads of one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts.models import User
from kashcraft.core import autocommit
from kashcraft.core.db import db, end_reading, step
from tests.support.races import at_once

NAMES = sa.select(User.full_name).order_by(User.full_name)


def person(name: str) -> User:
    address = f"{name.lower()}@shop.example"
    return User(email=address, email_key=address, full_name=name, roles=[])


def names() -> list[str]:
    return [row.full_name for row in autocommit.rows(NAMES)]


def write(*given: str) -> None:
    with step() as session:
        session.add_all([person(name) for name in given])


def test_a_read_leaves_no_transaction_open(database: Flask) -> None:
    write("Ada")

    assert names() == ["Ada"]
    assert not db.session().in_transaction()


def test_a_read_takes_parameters(database: Flask) -> None:
    write("Ada", "Grace")
    one = sa.select(User.full_name).where(User.full_name == sa.bindparam("name"))

    assert [tuple(row) for row in autocommit.rows(one, {"name": "Grace"})] == [("Grace",)]


def test_inside_a_step_a_read_sees_what_the_step_has_written(database: Flask) -> None:
    with step() as session:
        session.add(person("Ada"))
        session.flush()
        assert names() == ["Ada"]


def test_each_read_sees_the_latest_committed_data(database: Flask) -> None:
    assert names() == []
    at_once(database, [lambda: write("Ada")])
    assert names() == ["Ada"]


def test_reads_of_one_moment_do_not_see_concurrent_writes(database: Flask) -> None:
    write("Ada")
    autocommit.at_one_moment()
    before = names()
    with db.engine.connect() as other:
        other.execute(sa.text("UPDATE users SET full_name = 'Grace'"))
        other.commit()

    assert (before, names()) == (["Ada"], ["Ada"])
    end_reading()
    assert names() == ["Grace"]


def test_a_step_cannot_be_bound_to_one_moment(database: Flask) -> None:
    with pytest.raises(RuntimeError, match="a step ends its own transaction"), step():
        autocommit.at_one_moment()


@contextmanager
def _writing_elsewhere() -> Iterator[None]:
    with closing(sqlite3.connect(db.engine.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def concurrent_write() -> AbstractContextManager[None]:
    """Return a block during which another connection holds SQLite's lock of writers."""
    return _writing_elsewhere() if db.engine.dialect.name == "sqlite" else nullcontext()


def test_a_read_does_not_wait_for_a_writer(database: Flask) -> None:
    write("Ada")
    with concurrent_write(), autocommit.read_only():
        assert db.session.scalars(NAMES).all() == ["Ada"]


def test_read_only_expires_objects_and_releases_the_connection(database: Flask) -> None:
    write("Ada")
    ada = db.session.scalars(sa.select(User)).one()
    with database.app_context(), step() as other:
        other.execute(sa.update(User).values(full_name="Grace"))
    with autocommit.read_only():
        assert ada.full_name == "Grace"
        assert db.session().in_transaction()
    assert not db.session().in_transaction()


def test_read_only_is_refused_inside_a_step(database: Flask) -> None:
    with pytest.raises(RuntimeError, match="a step ends its own transaction"), step(), autocommit.read_only():
        pass


def test_rows_of_a_step_include_what_it_has_changed(database: Flask) -> None:
    names = sa.select(User.full_name)
    with step() as session:
        session.add(User(email="a@x.example", email_key="a@x.example", full_name="Ada", roles=[]))
        assert [row.full_name for row in autocommit.rows(names)] == ["Ada"]
        session.scalars(sa.select(User)).one().full_name = "Ada King"
        assert [row.full_name for row in autocommit.rows(names)] == ["Ada King"]


def connections_taken(app: Flask) -> list[int]:
    """Return a list that grows with each connection that is taken from the pool."""
    taken: list[int] = []
    sa.event.listen(db.engine.pool, "checkout", lambda *_: taken.append(1))
    return taken


def test_the_reads_of_a_block_share_a_connection_on_postgresql(database: Flask) -> None:
    write("Ada")
    taken = connections_taken(database)

    with autocommit.one_connection():
        assert taken == []
        assert [names(), names(), names()] == [["Ada"]] * 3
    names()

    assert len(taken) == (2 if autocommit.is_postgres() else 4)
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_read_in_a_block_sees_what_others_commit(database: Flask) -> None:
    with autocommit.one_connection():
        assert names() == []
        at_once(database, [lambda: write("Ada")])
        assert names() == ["Ada"]


def test_a_step_in_a_block_reads_what_it_has_written(database: Flask) -> None:
    with autocommit.one_connection():
        assert names() == []
        with step() as session:
            session.add(person("Ada"))
            session.flush()
            assert names() == ["Ada"]


def test_a_failed_read_releases_the_connection_of_its_block(database: Flask) -> None:
    with pytest.raises(sa.exc.DBAPIError), autocommit.one_connection():
        autocommit.rows(sa.text("SELECT missing FROM users"))

    assert names() == []
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
