"""Orders placed a second by threads of one process, beside the bare transaction that any shop needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import sqlalchemy as sa
from flask import Flask

from bench.catalogue import add_products
from bench.crowd import at_once
from bench.orders import PLENTY
from bench.plan import CONNECTIONS, Bench
from bench.rows import Outcome, Row, Subject, Yardstick, measure_between_readings
from bench.servers import Installation
from bench.visitors import new_address
from kashcraft.catalogue.models import Product
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import new_id
from tests.factories.orders import draft_of, placed

NAMES = ("placed", "placed-one-product")
PRODUCTS = 200
BARE_PRODUCTS = 1000
BARE = (
    "UPDATE bare_stock SET quantity = quantity - 1 WHERE id = :place AND quantity > 0",
    "INSERT INTO bare_orders (id, product, total) VALUES (:id, :place, 4300)",
    "INSERT INTO bare_lines (order_id, product, quantity) VALUES (:id, :place, 1)",
    "INSERT INTO bare_log (order_id, product, change) VALUES (:id, :place, -1)",
)
TABLES = (
    "CREATE TABLE bare_stock (id integer PRIMARY KEY, quantity integer NOT NULL)",
    "CREATE TABLE bare_orders (id varchar(36) PRIMARY KEY, product integer, total integer)",
    "CREATE TABLE bare_lines (order_id varchar(36) REFERENCES bare_orders (id), product integer, "
    "quantity integer)",
    "CREATE TABLE bare_log (order_id varchar(36), product integer, change integer)",
)


def measure(installation: Installation, bench: Bench) -> Iterator[Row]:
    """Measure orders of many products, then of one that everybody wants; yield the rows.

    Their ratios are to bare transactions of as many products.
    """
    if not any(bench.plan.wants(name) for name in NAMES):
        return
    app = installation.application(pool_size=32)
    with app.app_context():
        _create_bare_tables()
        products = [db.session.get_one(Product, one) for one in add_products(PRODUCTS, quantity=PLENTY)]
        count = bench.plan.checkouts * 4
        for name, of, bare_of in (
            ("placed", products, BARE_PRODUCTS),
            ("placed-one-product", products[:1], 1),
        ):
            if bench.plan.wants(name):
                subject = Subject(
                    name,
                    installation.database,
                    installation.products,
                    yardstick=Yardstick.TRANSACTION,
                )
                yield measure_between_readings(
                    subject,
                    partial(_place_orders, app, of, count),
                    partial(_read_bare_transactions, app, bare_of, count),
                    attempts=bench.plan.attempts,
                )
        db.session.remove()
        db.engine.dispose()


def _create_bare_tables() -> None:
    with db.engine.begin() as connection:
        for table in TABLES:
            connection.execute(sa.text(table))
        stock = [{"id": place, "quantity": PLENTY} for place in range(BARE_PRODUCTS)]
        connection.execute(sa.text("INSERT INTO bare_stock VALUES (:id, :quantity)"), stock)


def _read_bare_transactions(app: Flask, products: int, count: int) -> float:
    calls = [_inside(app, partial(_write_bare_order, number % products)) for number in range(count)]
    return at_once(calls, CONNECTIONS).rate


def _place_orders(app: Flask, products: list[Product], count: int) -> Outcome:
    calls = [_inside(app, _order_of(products[number % len(products)])) for number in range(count)]
    run = at_once(calls, CONNECTIONS)
    refused = f"{run.refused} refused" if run.refused else ""
    return Outcome(run.rate, run.note(), run.wrong() or refused)


def _inside(app: Flask, call: Callable[[], bool]) -> Callable[[], bool]:
    def inside() -> bool:
        with app.app_context():
            try:
                return call()
            except DomainError:
                return False

    return inside


def _write_bare_order(place: int) -> bool:
    with step() as session:
        values = {"id": str(new_id()), "place": place}
        for statement in BARE:
            session.execute(sa.text(statement), values)
    return True


def _order_of(product: Product) -> Callable[[], bool]:
    draft = draft_of([(product, 1)], email=new_address())
    return lambda: bool(in_step(lambda: placed(draft)))
