"""A request has one connection at most, so a process with one for each of its threads never runs dry."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft import cli, config, create_app
from kashcraft.core import autocommit
from kashcraft.core.db import db, step
from kashcraft.core.jobs import Outbox
from kashcraft.extensions import limiter
from tests.conftest import browser
from tests.factories.members import member
from tests.factories.people import signed_in
from tests.factories.shopping import add_product, add_taxes_and_delivery
from tests.factories.vouchers import make_voucher
from tests.support import postgres
from tests.support.races import at_once
from tests.support.shopper import Shopper

THREADS = 14
PLACED = 6


@pytest.fixture
def busy_shop(cluster: postgres.Cluster, tmp_path: Path) -> Iterator[Flask]:
    """A shop on PostgreSQL with a connection for each of its threads, and little patience."""
    settings = config.load(
        {},
        instance_path=tmp_path,
        database_url=cluster.create_database(),
        mail_url="memory:",
        base_url="http://localhost",
        threads=THREADS,
        request_seconds=5,
        unpaid_orders_per_network=0,
        held_units_per_network=0,
    )
    app = create_app(settings)
    app.testing = True
    cli.enable_migrations(app)
    limiter.enabled = False
    with app.app_context():
        flask_migrate.upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@dataclass
class Held:
    """How many connections each thread has, and the most that one had at a time."""

    now: Counter[int] = field(default_factory=Counter)
    most: int = 0

    def take(self, *_: Any) -> None:
        mine = threading.get_ident()
        self.now[mine] += 1
        self.most = max(self.most, self.now[mine])

    def give_back(self, *_: Any) -> None:
        self.now[threading.get_ident()] -= 1


@contextmanager
def counted() -> Iterator[Held]:
    """Count the connections that are taken inside the block."""
    held = Held()
    sa.event.listen(db.engine, "checkout", held.take)
    sa.event.listen(db.engine, "checkin", held.give_back)
    try:
        yield held
    finally:
        sa.event.remove(db.engine, "checkout", held.take)
        sa.event.remove(db.engine, "checkin", held.give_back)


def ready(app: Flask, sold: UUID, number: int) -> Callable[[], int]:
    """Return the press on the order button of a guest or a member who wants one, with a code."""
    with app.app_context():
        user_id = member(500) if number % 2 else None
    shopper = Shopper(signed_in(app, user_id=user_id) if user_id else browser(app))
    shopper.add(sold)
    shopper.post("/cart/codes", code="SPRING")
    shopper.enter_contact(email=f"buyer{number}@shop.example")
    shopper.choose_delivery()
    seen = shopper.seen()
    return lambda: shopper.place(seen).status_code


@pytest.mark.postgres
def test_placing_and_being_refused_at_once_waits_for_no_connection(busy_shop: Flask) -> None:
    with busy_shop.app_context():
        add_taxes_and_delivery()
        sold = add_product(stock=PLACED)
        make_voucher(code="SPRING")
        db.session.remove()
        # What is there for jobs is taken, which leaves one for each thread of the web.
        taken = [db.engine.connect() for _ in range(4 * 2 + 1)]
    presses = [ready(busy_shop, sold, number) for number in range(THREADS)]

    with busy_shop.app_context(), counted() as held:
        statuses = Counter(at_once(busy_shop, presses))
    for connection in taken:
        connection.close()

    assert held.most == 1
    assert statuses == {303: PLACED, 422: THREADS - PLACED}


def test_reading_beside_an_open_transaction_takes_no_second_connection(database: Flask) -> None:
    select = sa.select(Outbox.id)
    with counted() as held:
        autocommit.rows(select)
        db.session.execute(select).all()
        autocommit.rows(select)
        with step() as session:
            session.execute(select).all()
            autocommit.rows(select)

    assert held.most == 1
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
