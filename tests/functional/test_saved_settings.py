"""A saved setting applies from the next request and the next job on, in every process."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft import create_app
from kashcraft.core import jobs, stored_settings
from kashcraft.core.db import db, step
from kashcraft.core.settings import settings
from kashcraft.core.stored_settings import Setting, state_of
from kashcraft.notifications.services import queue_message
from tests.conftest import browser
from tests.factories.catalogue import make_category, make_product
from tests.support import postgres, server

ROUNDS = 12


def save(app: Flask, **values: object) -> None:
    with app.app_context(), step():
        stored_settings.save(values=values, seen=state_of(values, settings()))


@pytest.fixture
def other(app: Flask) -> Iterator[Flask]:
    """Another process of the same shop: an application with caches of its own on the same database."""
    second = create_app(app.config["SETTINGS"])
    second.testing = True
    yield second
    with second.app_context():
        db.engine.dispose()


@pytest.fixture
def visitor(other: Flask) -> FlaskClient:
    """A browser at the other process."""
    return browser(other)


@pytest.fixture
def bowl(app: Flask) -> None:
    """A product with its category."""
    with app.app_context():
        make_product("Bowl", price="1250.00", stock=9, categories=[make_category("Bowls", slug="bowls")])


@pytest.mark.parametrize(
    "path", ["/", "/products", "/c/bowls", "/p/bowl", "/account/sign-in", "/no-such-page"]
)
@pytest.mark.usefixtures("bowl", "frozen")
def test_pages_of_another_process_show_the_new_name(app: Flask, visitor: FlaskClient, path: str) -> None:
    for name in ("Zoon", "Dal"):
        for _ in range(2):
            assert f"{name}</title>" not in visitor.get(path).text
        save(app, shop_name=name)
        assert f"{name}</title>" in visitor.get(path).text


@pytest.mark.parametrize("path", ["/", "/products", "/p/bowl"])
@pytest.mark.usefixtures("bowl", "frozen")
def test_stored_parts_and_cards_are_written_in_the_new_locale(
    app: Flask, visitor: FlaskClient, path: str
) -> None:
    assert "$1,250.00" in visitor.get(path).text
    save(app, shop_locale="de_DE")
    page = visitor.get(path).text
    assert ("1.250,00\N{NO-BREAK SPACE}$" in page, "$1,250.00" in page) == (True, False)
    save(app, shop_locale="en_US")
    assert "$1,250.00" in visitor.get(path).text


def test_a_job_of_another_process_uses_the_new_sender(app: Flask, other: Flask) -> None:
    for number, sender in enumerate(("Zoon <hello@zoon.example>", "Dal <hello@dal.example>")):
        save(app, mail_from=sender)
        with app.app_context(), step():
            queue_message(
                kind="books_differ",
                recipient="owner@zoon.example",
                key=f"books_differ:{number}",
                context={"count": 1, "differences": ["one"], "left_out": 0},
            )
        with other.app_context():
            jobs.run_due()
        assert other.extensions["mail"].emails[-1]["From"] == sender


def test_an_announced_limit_is_that_of_the_next_request(app: Flask, visitor: FlaskClient) -> None:
    with app.app_context():
        make_product("Cup", slug="cup", stock=50)
    assert 'max="10"' in visitor.get("/p/cup").text
    save(app, most_per_order=4)
    assert 'max="4"' in visitor.get("/p/cup").text


@pytest.mark.postgres
def test_both_web_processes_obey_at_once(cluster: postgres.Cluster, tmp_path: Path) -> None:
    url = cluster.create_database()
    server.flask("db", "upgrade", variables=server.environment(tmp_path, url))
    engine = sa.create_engine(url)
    with server.running(tmp_path, url, "--workers", "2") as shop:
        for name in ("Zoon", "Dal"):
            with engine.begin() as connection:
                _write(connection, "shop_name", name)
            assert {_title_ends_with(shop.url, name) for _ in range(ROUNDS)} == {True}
        assert len(shop.pids()) == 3
    engine.dispose()


def _write(connection: sa.Connection, name: str, value: str) -> None:
    table = Setting.__table__
    connection.execute(sa.delete(table).where(table.c.name == name))
    connection.execute(sa.insert(table).values(name=name, value=value, updated_at=datetime.now(UTC)))


def _title_ends_with(url: str, name: str) -> bool:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    connection.request("GET", "/")
    text = connection.getresponse().read().decode()
    connection.close()
    return f"{name}</title>" in text
