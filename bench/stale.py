"""How long product page, listing and cart show an old price while prices change ten times a second."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from flask import Flask

from bench.pages import LISTING
from bench.plan import Bench
from bench.rows import Outcome, Row, Subject, Unit
from bench.servers import Installation
from bench.visitors import Browser
from kashcraft.catalogue import services
from kashcraft.catalogue.models import Kind, Product
from kashcraft.core.db import db, in_step
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.inventory.models import Inventory

NAMES = ("stale-product", "stale-listing", "stale-cart")
EVERY_SECONDS = 0.1
LOOK_SECONDS = 0.02
PAUSE_SECONDS = 0.5
LIMIT_SECONDS = 60.0
# Each look has a connection of its own, which either process may accept; this many new prices mean both.
LOOKS_IN_A_ROW = 8
# No other product costs as much.
HIGHEST_PRICE = 50_000_000


@dataclass(frozen=True)
class Watched:
    """The product whose price is watched; its page is ``path``."""

    product_id: ProductId
    path: str


def measure(installation: Installation, bench: Bench) -> Iterator[Row]:
    """Measure each page while prices change and yield the rows."""
    names = [name for name in NAMES if bench.plan.wants(name)]
    if not names:
        return
    app = installation.application()
    watched, others = _products(app)
    with installation.serving() as server, installation.working():
        guest = Browser(server.url)
        guest.add_to_cart(watched.product_id)
        paths = {"stale-product": watched.path, "stale-listing": LISTING, "stale-cart": "/cart"}
        for name in names:
            subject = Subject(name, installation.database, installation.products, Unit.SECONDS)
            watch = _Watch(app, watched, server.url, guest.cookies, paths[name])
            work = partial(_measure, watch, others, bench.plan.price_changes)
            yield bench.row(subject, work, attempts=1)
    with app.app_context():
        db.engine.dispose()


def _products(app: Flask) -> tuple[Watched, list[ProductId]]:
    """Return the newest product that can be bought, and others."""
    with app.app_context():
        found = (
            sa.select(Product.id, Product.slug)
            .join(Inventory, Inventory.product_id == Product.id)
            .where(Product.kind == Kind.SINGLE, Inventory.available > 0)
            .order_by(Product.published_at.desc())
        )
        first, *rest = db.session.execute(found.limit(1001)).all()
        db.session.remove()
    return Watched(first.id, f"/p/{first.slug}"), [row.id for row in rest]


def _measure(watch: _Watch, others: Sequence[ProductId], changes: int) -> Outcome:
    """Return the longest time until a change was seen."""
    with changing_prices(watch.app, others) as made:
        began = time.perf_counter()
        seen = []
        for _ in range(changes):
            time.sleep(PAUSE_SECONDS)
            seen.append(watch.seconds_until_seen())
        rate = len(made) / (time.perf_counter() - began)
    missed = sum(seconds >= LIMIT_SECONDS for seconds in seen)
    note = f"worst of {changes}, median {statistics.median(seen):.3f} s, {rate:.1f} other changes/s"
    return Outcome(
        max(seen), note, f"{missed} of {changes} not seen in {LIMIT_SECONDS:g} s" if missed else ""
    )


@contextmanager
def changing_prices(app: Flask, products: Sequence[ProductId]) -> Iterator[list[ProductId]]:
    """Change a price every tenth of a second for the length of the block; yield the list of those changed."""
    over = threading.Event()
    made: list[ProductId] = []
    chance = random.Random(7)  # noqa: S311 - measurements, not secrets

    def change() -> None:
        due = time.perf_counter()
        while not over.wait(max(0.0, due - time.perf_counter())):
            due += EVERY_SECONDS
            product_id = chance.choice(products)
            _set_price(app, product_id, chance.randrange(1000, 200_000))
            made.append(product_id)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield made
    finally:
        over.set()
        thread.join()


def _set_price(app: Flask, product_id: ProductId, minor: int) -> None:
    with app.app_context():
        in_step(lambda: services.set_price(product_id=product_id, price=Money(minor, "USD")))
        db.session.remove()


class _Watch:
    """A page that shows the price of the watched product."""

    _changes = 0

    def __init__(self, app: Flask, watched: Watched, url: str, cookies: str, path: str) -> None:
        self.app = app
        self._watched = watched
        self._url = url
        self._cookies = cookies
        self._path = path

    def seconds_until_seen(self) -> float:
        """Change the price and return the seconds from its commit until every process shows the new one;
        LIMIT_SECONDS where that takes longer.
        """
        _Watch._changes += 1
        minor = HIGHEST_PRICE + _Watch._changes
        _set_price(self.app, self._watched.product_id, minor)
        began, text = time.perf_counter(), f"${minor // 100:,}.{minor % 100:02}"
        looks = 0
        seen = LIMIT_SECONDS
        while looks < LOOKS_IN_A_ROW:
            cookies = self._cookies if self._path == "/cart" else ""
            status, _, page = Browser(self._url, cookies).ask("GET", self._path)
            now = time.perf_counter() - began
            if status != 200:
                raise RuntimeError(f"{self._path} answered {status}")
            if text not in page:
                looks, seen = 0, LIMIT_SECONDS
                if now > LIMIT_SECONDS:
                    break
            else:
                looks, seen = looks + 1, min(seen, now)
            time.sleep(LOOK_SECONDS)
        return seen
