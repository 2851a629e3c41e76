"""Orders a second beside the bare transaction that any shop needs, and a flash sale over HTTP."""

from __future__ import annotations

import http.client
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from bench import load, servers
from kashcraft import config, create_app
from kashcraft.catalogue.models import Product
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import new_id
from kashcraft.inventory.models import Inventory
from kashcraft.orders.models import Order
from tests.factories.orders import draft_of, placed, stocked
from tests.factories.shopping import add_taxes_and_delivery, piece
from tests.support import postgres, server
from tests.support.shopper import card, contact

BUYERS, UNITS = 64, 50
# Whole checkouts buy different pieces: one that everybody wants has rows of its own in the table.
PIECES = 24
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


@dataclass
class Run:
    """What a number of calls at the same time came to; latencies in seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return how many went well in a second."""
        return (len(self.latencies) - self.refused) / self.seconds if self.seconds else 0.0

    def line(self, name: str, bare: Run | None = None) -> str:
        """Return a row of the table."""
        ratio = f"{self.rate / bare.rate:8.2f}" if bare else " " * 8
        middle, worst = statistics.median(self.latencies) * 1000, max(self.latencies) * 1000
        told = f"{self.rate:9.0f} {ratio} {middle:9.1f} {worst:9.1f} {self.refused:8} {len(self.errors):6}"
        return f"{name:34} {told}"


def at_once(work: Sequence[Callable[[], bool]], threads: int) -> Run:
    """Do all of ``work`` with that many threads; a call that returns False is a refusal."""
    run, todo, gate = Run(), iter(work), threading.Barrier(threads + 1)
    turn = threading.Lock()

    def toil() -> None:
        gate.wait()
        while True:
            with turn:
                call = next(todo, None)
            if call is None:
                return
            begun = time.perf_counter()
            try:
                went_well = call()
            except Exception as error:  # noqa: BLE001 - counted, and printed below the table
                run.errors.append(repr(error))
                continue
            run.latencies.append(time.perf_counter() - begun)
            run.refused += not went_well

    crew = [threading.Thread(target=toil) for _ in range(threads)]
    for one in crew:
        one.start()
    gate.wait()
    begun = time.perf_counter()
    for one in crew:
        one.join()
    run.seconds = time.perf_counter() - begun
    return run


def run(count: int = 400) -> Iterator[str]:
    """Measure both databases, then the flash sale; yield the lines of the table."""
    heads = f"{'a second':>9} {'/ bare':>8} {'median ms':>9} {'worst ms':>9} refusals errors"
    yield f"{'orders placed by 8 threads':34} {heads}"
    with (
        tempfile.TemporaryDirectory(prefix="shop-bench-") as folder,
        postgres.cluster(durable=True, max_connections="200") as cluster,
    ):
        for name, url in (("SQLite", None), ("PostgreSQL", cluster.create_database())):
            yield from _placing(name, Path(folder) / name, url, count)
        yield from _flash_sale(Path(folder) / "sale", cluster.create_database())


def _placing(name: str, instance: Path, url: str | None, count: int) -> Iterator[str]:
    app = _shop(instance, url)
    with app.app_context():
        with db.engine.begin() as connection:
            for table in TABLES:
                connection.execute(sa.text(table))
            stock = [{"id": place, "quantity": 1_000_000} for place in range(1000)]
            connection.execute(sa.text("INSERT INTO bare_stock VALUES (:id, :quantity)"), stock)
        hot = stocked(1_000_000)
        many = [stocked(1_000_000) for _ in range(200)]
        bare = at_once([_in(app, _bare(n % 1000)) for n in range(count)], 8)
        yield bare.line(f"{name}: bare, 1,000 products")
        bare_hot = at_once([_in(app, _bare(0)) for _ in range(count)], 8)
        yield bare_hot.line(f"{name}: bare, one product")
        placed = at_once([_in(app, _place(many[n % len(many)])) for n in range(count)], 8)
        yield placed.line(f"{name}: placed, {len(many)} products", bare)
        placed = at_once([_in(app, _place(hot)) for _ in range(count)], 8)
        yield placed.line(f"{name}: placed, one product", bare_hot)
        single = at_once([_in(app, _place(hot)) for _ in range(64)], 64)
        yield single.line(f"{name}: 64 single orders at once", bare_hot)
        scarce = stocked(UNITS)
        last = at_once([_in(app, _place(scarce)) for _ in range(BUYERS)], BUYERS)
        yield last.line(f"{name}: {BUYERS} buyers, {UNITS} units", bare_hot)
        yield from sorted({error[:300] for error in [*single.errors, *last.errors]})
        db.engine.dispose()


def _shop(instance: Path, url: str | None) -> Flask:
    instance.mkdir(parents=True, exist_ok=True)
    server.flask("db", "upgrade", variables=server.environment(instance, url))
    settings = config.load(
        {}, instance_path=instance, database_url=url or "", mail_url="memory:", pool_size=32
    )
    return create_app(settings)


def _in(app: Flask, call: Callable[[], bool]) -> Callable[[], bool]:
    def inside() -> bool:
        with app.app_context():
            try:
                return call()
            except DomainError:
                return False

    return inside


def _bare(place: int) -> Callable[[], bool]:
    def transaction() -> bool:
        with step() as session:
            values = {"id": str(new_id()), "place": place}
            for statement in BARE:
                session.execute(sa.text(statement), values)
        return True

    return transaction


def _somebody() -> str:
    """Return the address of a new buyer: what one may hold without paying is limited."""
    return f"{new_id().hex}@shop.example"


def _place(product: Product) -> Callable[[], bool]:
    draft = draft_of([(product, 1)], email=_somebody())
    return lambda: bool(in_step(lambda: placed(draft)))


class Browser:
    """A guest over one connection, who keeps the cookies that are set."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self._cookies: dict[str, str] = {}
        self.payment = ""

    def ask(self, method: str, path: str, **form: object) -> tuple[int, str, str]:
        """Return the status, where the answer sends, and its body."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text

    def come_to_the_last_click(self, product_id: UUID) -> str:
        """Fill the bag and both steps; return what the button is pressed for."""
        self.ask("POST", "/cart/lines", product_id=product_id, quantity=1)
        self.ask("POST", "/checkout/contact", **contact(email=_somebody()))
        self.ask("POST", "/checkout/delivery", delivery="standard")
        found = re.search(r'name="seen" value="([^"]+)"', self.ask("GET", "/checkout")[2])
        if found is None:
            raise LookupError("no order button")
        return found[1]

    def place(self, seen: str) -> bool:
        """Press the order button; return whether the answer leads to the payment."""
        status, target, text = self.ask("POST", "/checkout/place", seen=seen)
        if status >= 500:
            raise RuntimeError(f"{status}: {text[:200]}")
        self.payment = target
        return status == 303 and "/sandbox/pay/" in target

    def pay(self) -> bool:
        """Pay what was placed; return whether that leads to the page that says thank you."""
        self.ask("GET", self.payment)
        back = self.ask("POST", self.payment, **card())[1]
        thanks = self.ask("GET", back)[1]
        return thanks.startswith("/orders/KC-") and self.ask("GET", thanks)[0] == 200


def _flash_sale(instance: Path, url: str) -> Iterator[str]:
    app = _shop(instance, url)
    with app.app_context():
        add_taxes_and_delivery()
        scarce = piece("The last fifty", stock=UNITS)
        plenty = [piece(f"Plenty {number}", stock=100_000) for number in range(PIECES)]
    servers.assets.build(servers.ROOT / "static", servers.ROOT / "node_modules", instance / "assets")
    with servers.bare_page() as bare_url, servers.shop(instance, url, cached=True) as shop:
        bare = load.pages_per_second(bare_url, 8, 2.0)
        # Shops have been open for a while when a sale begins: both processes have written orders before.
        at_once([partial(_placed, shop.url, piece_id) for piece_id in plenty], 8)
        guests = [Browser(shop.url) for _ in range(BUYERS)]
        seen = [guest.come_to_the_last_click(scarce) for guest in guests]
        pairs = zip(guests, seen, strict=True)
        sale = at_once([lambda pair=pair: pair[0].place(pair[1]) for pair in pairs], BUYERS)  # type: ignore[misc]
        yield sale.line(f"HTTP: last click, {BUYERS} for {UNITS}")
        yield f"all {BUYERS} answered after {sale.seconds:.2f} s"
        placed = at_once([partial(_placed, shop.url, plenty[n % PIECES]) for n in range(96)], 8)
        yield placed.line("HTTP: bag to placed, 8 at a time")
        yield f"placed / bare pages ({bare:.0f} a second): {placed.rate / bare:.4f}"
        whole = at_once([partial(_whole, shop.url, plenty[n % PIECES]) for n in range(96)], 8)
        yield whole.line("HTTP: bag to thank you, 8 at a time")
        yield f"paid / bare pages ({bare:.0f} a second): {whole.rate / bare:.4f}"
        yield from [*sale.errors, *placed.errors, *whole.errors][:3]
    with app.app_context():
        left = db.session.scalar(sa.select(Inventory.available).where(Inventory.product_id == scarce))
        sold = db.session.scalar(sa.select(sa.func.count()).select_from(Order)) or 0
        yield f"left of the last fifty: {left}; orders in all: {sold}"
        db.engine.dispose()


def _placed(url: str, product_id: UUID) -> bool:
    guest = Browser(url)
    return guest.place(guest.come_to_the_last_click(product_id))


def _whole(url: str, product_id: UUID) -> bool:
    guest = Browser(url)
    return guest.place(guest.come_to_the_last_click(product_id)) and guest.pay()
