"""While another process writes, pages work, and requests that write return the sent form."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.core import db as database_module
from kashcraft.core import write_queue
from kashcraft.core.db import Busy, db, step
from kashcraft.core.fair_lock import FairLock
from kashcraft.payments import jobs as payment_jobs
from kashcraft.payments import services as payments
from tests.conftest import browser
from tests.factories.orders import place, stocked
from tests.factories.shopping import add_product

# One writer at a time is SQLite's.
pytestmark = pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
FORM = {"full_name": "Ada King", "email": "ada@shop.example", "password": "seven carpets fly"}


@pytest.fixture
def locked(app: Flask) -> Iterator[None]:
    """Another program holds the lock of the SQLite file."""
    with app.app_context():
        path = db.engine.url.database or ""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def seconds(call: Any) -> tuple[float, Any]:
    began = time.monotonic()
    answer = call()
    return time.monotonic() - began, answer


@pytest.mark.usefixtures("locked")
def test_pages_and_the_health_check_do_not_wait(client: FlaskClient) -> None:
    client.get("/")
    for path in ("/", "/products", "/cart"):
        took, page = seconds(lambda path=path: client.get(path))
        assert (page.status_code, took < 2) == (200, True)
    took, health = seconds(lambda: client.get("/healthz"))
    assert (health.status_code, health.json["status"], health.json["database"]) == (200, "busy", "busy")
    assert took < 2


def test_a_request_that_writes_returns_the_sent_form_with_a_message(
    app: Flask, request: pytest.FixtureRequest
) -> None:
    with app.app_context():
        sold = add_product()
    request.getfixturevalue("locked")
    visitor = browser(app)
    form = {"product_id": str(sold), "quantity": "2"}

    plain = visitor.post("/cart/lines", data=form)
    part = visitor.post("/cart/lines", data=form, headers={"HX-Request": "true"})

    assert (plain.status_code, part.status_code) == (503, 503)
    assert plain.headers["Retry-After"] == part.headers["Retry-After"] == "5"
    assert "Nothing was changed, and nothing you typed is lost." in plain.text
    assert '<input type="hidden" name="quantity" value="2">' in plain.text
    assert part.headers["HX-Reswap"] == "none"
    assert "The shop is busy." in part.headers["HX-Trigger"]


@pytest.mark.usefixtures("locked")
def test_a_password_is_not_in_the_response(app: Flask) -> None:
    answer = browser(app).post("/account/register", data=FORM)

    assert answer.status_code == 503
    assert FORM["password"] not in answer.text


@pytest.fixture(params=["full", "read-only"])
def unwritable(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    """The database has no page left, or may only be read."""
    with app.app_context():
        engine = db.engine
        sold = add_product()
        # Frees pages that earlier tests have emptied.
        with closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as other:
            other.execute("VACUUM")
    close = {"full": "PRAGMA max_page_count=1", "read-only": "PRAGMA query_only=ON"}[request.param]

    def limit(connection: Any, _: Any) -> None:
        connection.execute(close)

    sa.event.listen(engine, "connect", limit)
    engine.dispose()
    yield str(sold)
    sa.event.remove(engine, "connect", limit)
    engine.dispose()


def test_a_full_or_read_only_database_returns_the_sent_form(app: Flask, unwritable: str) -> None:
    form = {"product_id": unwritable, "quantity": "2"}
    for _ in range(500):
        # The last pages of a full database have space for some carts.
        visitor = browser(app)
        answer = visitor.post("/cart/lines", data=form)
        if answer.status_code == 503:
            break

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert f'<input type="hidden" name="product_id" value="{unwritable}">' in answer.text
    assert '<input type="hidden" name="quantity" value="2">' in answer.text
    assert "Set-Cookie" not in answer.headers
    for path in ("/", "/products", "/cart"):
        assert visitor.get(path).status_code == 200


def test_the_health_check_reports_a_full_disk(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "LEAST_FREE", 1 << 62)

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json["status"], answer.json["database"]) == (503, "failing", "full")


def test_waiting_writers_leave_a_thread_for_readers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_queue, "PATIENCE", 2.0)
    monkeypatch.setattr(write_queue, "LONG_STEP", 0.1)
    lock = FairLock()
    monkeypatch.setattr(write_queue, "_writers", lock)
    waited: list[float] = []

    def write() -> None:
        began = time.monotonic()
        with app.test_request_context(), pytest.raises(Busy), write_queue.turn_to_write():
            pass
        waited.append(time.monotonic() - began)

    with lock:
        threads = [threading.Thread(target=write) for _ in range(app.config["SETTINGS"].threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)

    assert sum(time_ < 1 for time_ in waited) == 1
    assert sum(2 <= time_ < 6 for time_ in waited) == len(threads) - 1


@pytest.mark.usefixtures("frozen")
def test_jobs_of_payments_do_not_wait_for_a_writer_to_read(
    database: Flask, request: pytest.FixtureRequest
) -> None:
    order = place((stocked(3), 1))
    with step():
        payment = payments.open_payment(order_id=order.id)
    assert payment is not None
    payment_id, order_id = payment.id, order.id
    db.session.remove()
    request.getfixturevalue("locked")
    # Nothing was announced to the processor yet, so there is nothing to write either.
    took, _ = seconds(lambda: payments.end_payment(payment_id=payment_id))
    assert took < 2
    took, _ = seconds(lambda: payment_jobs.end_open(order_id=str(order_id)))
    assert took < 2
    took, _ = seconds(payment_jobs.reconcile)
    assert took < 2
