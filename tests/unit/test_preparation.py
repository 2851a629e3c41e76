"""What a web process reads and renders before its first request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft import preparation
from kashcraft.core.caches import DECLARED
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db
from kashcraft.product_cards.queries.index import INDEX_CACHE
from tests.factories.catalogue import make_product


@pytest.fixture
def unprepared(app: Flask) -> Flask:
    """A shop with a product, none of whose values is cached."""
    with app.app_context():
        make_product(slug="bowl", stock=9)
        for cache in DECLARED.values():
            cache.clear()
    app.extensions.pop("prepared", None)
    return app


def test_first_pages_are_rendered_without_being_counted(
    unprepared: Flask, client: FlaskClient, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    seen: list[str] = []
    unprepared.after_request_funcs.setdefault(None, []).append(
        lambda response: (seen.append(response.status), response)[1]
    )
    try:
        preparation.prepare(unprepared)
    finally:
        unprepared.after_request_funcs[None].pop()

    assert (seen, unprepared.extensions["prepared"]) == ([], True)
    with unprepared.app_context():
        assert len(INDEX_CACHE) == 1
    counts = {}
    for path in ("/", "/products", "/p/bowl"):
        with count_statements() as counted:
            assert client.get(path).status_code == 200
        counts[path] = len(counted.texts)
    assert counts == {"/": 1, "/products": 1, "/p/bowl": 1}


def test_a_forked_process_reads_what_has_changed(unprepared: Flask) -> None:
    preparation.get_ready(unprepared)
    with unprepared.app_context():
        before = INDEX_CACHE.get("all")
        make_product(slug="vase", stock=9)
    preparation.get_ready(unprepared)

    with unprepared.app_context():
        after = INDEX_CACHE.get("all")
        assert before is not None
        assert after is not None
        assert after.index.version > before.index.version


def test_no_connection_stays_open(unprepared: Flask) -> None:
    preparation.prepare(unprepared)
    preparation.close_connections(unprepared)

    with unprepared.app_context():
        pool: Any = db.engine.pool
        assert (pool.checkedin(), pool.checkedout()) == (0, 0)


def test_a_shop_whose_database_cannot_be_read_starts_with_one_line(
    unprepared: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    with unprepared.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE products RENAME TO other"))
    try:
        preparation.get_ready(unprepared)
        preparation.get_ready(unprepared)
    finally:
        with unprepared.app_context(), db.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE other RENAME TO products"))

    assert unprepared.extensions["prepared"] is False
    assert capsys.readouterr().out.count("first pages were not prepared") == 1
