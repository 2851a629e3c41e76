"""Orders over HTTP: whole checkouts a second, and a sale in which more buyers press than there are units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import sqlalchemy as sa
from flask import Flask

from bench.catalogue import add_products
from bench.crowd import Run, at_once
from bench.plan import CONNECTIONS, Bench
from bench.rows import Outcome, Row, Subject, Unit
from bench.servers import Installation
from bench.visitors import Browser
from kashcraft.core.db import db
from kashcraft.core.ids import ProductId
from kashcraft.inventory.models import Inventory

NAMES = ("sale", "checkout-placed", "checkout-paid")
BUYERS, UNITS = 64, 50
# Whole checkouts buy different products: one that everybody wants has rows of its own in the table.
PRODUCTS = 24
PLENTY = 1_000_000


def measure(installation: Installation, bench: Bench) -> Iterator[Row]:
    """Measure the sale and the checkouts with the worker beside the web processes; yield the rows."""
    if not any(bench.plan.wants(name) for name in NAMES):
        return
    app = installation.application()
    plenty = _stocked_products(app)

    def subject(name: str, unit: Unit = Unit.RATE) -> Subject:
        return Subject(name, installation.database, installation.products, unit)

    with installation.serving() as server, installation.working():
        # A shop has been open for a while: both processes have written orders before.
        _check_out(server.url, plenty, 2 * PRODUCTS, _pay)
        if bench.plan.wants("sale"):
            yield bench.row(subject("sale", Unit.SECONDS), partial(_sale, app, server.url))
        for name, finish in (("checkout-placed", _place), ("checkout-paid", _pay)):
            if bench.plan.wants(name):
                work = partial(_measure, server.url, plenty, bench.plan.checkouts, finish)
                yield bench.row(subject(name), work)
    with app.app_context():
        db.engine.dispose()


def _stocked_products(app: Flask) -> list[ProductId]:
    with app.app_context():
        products = add_products(PRODUCTS, quantity=PLENTY)
        db.session.remove()
    return products


def check_out_in_turn(installation: Installation, url: str, count: int) -> None:
    """Make ``count`` whole checkouts of new products, as a part of another load."""
    app = installation.application()
    products = _stocked_products(app)
    with app.app_context():
        db.engine.dispose()
    _check_out(url, products, count, _pay)


def _measure(
    url: str, products: list[ProductId], count: int, finish: Callable[[str, ProductId], bool]
) -> Outcome:
    run = _check_out(url, products, count, finish)
    refused = f"{run.refused} of {count} refused" if run.refused else ""
    return Outcome(run.rate, run.note(), run.wrong() or refused)


def _check_out(
    url: str, products: list[ProductId], count: int, finish: Callable[[str, ProductId], bool]
) -> Run:
    calls = [partial(finish, url, products[number % len(products)]) for number in range(count)]
    return at_once(calls, CONNECTIONS)


def _place(url: str, product_id: ProductId) -> bool:
    guest = Browser(url)
    return guest.place(guest.come_to_the_last_click(product_id))


def _pay(url: str, product_id: ProductId) -> bool:
    guest = Browser(url)
    return guest.place(guest.come_to_the_last_click(product_id)) and guest.pay()


def _sale(app: Flask, url: str) -> Outcome:
    """Have every buyer press the order button at the same moment; the value is when all are answered."""
    with app.app_context():
        (scarce,) = add_products(1, quantity=UNITS)
        db.session.remove()
    guests = [Browser(url) for _ in range(BUYERS)]
    seen = [guest.come_to_the_last_click(scarce) for guest in guests]
    calls = [partial(guest.place, value) for guest, value in zip(guests, seen, strict=True)]
    run = at_once(calls, BUYERS)
    with app.app_context():
        left = db.session.scalar(sa.select(Inventory.available).where(Inventory.product_id == scarce))
        db.session.remove()
    exact = (run.succeeded, run.refused, left) == (UNITS, BUYERS - UNITS, 0)
    count = f"{run.succeeded} of {UNITS} units sold to {BUYERS} buyers, {run.refused} refused, {left} left"
    return Outcome(run.seconds, f"{count}; {run.note()}", run.wrong() or ("" if exact else count))
