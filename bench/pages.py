"""Pages per second of home, list, product page and bag, as ratios to a bare page in the same minute."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bench.catalogue import slug
from bench.load import generator, pages_per_second
from bench.servers import bare_page, prepare, shop
from kashcraft import config, create_app
from kashcraft.core.db import db
from kashcraft.inventory.models import Inventory
from tests.support import postgres

PAGES = {"home": "/", "list": "/products", "product": f"/p/{slug(101)}"}
ADD = "add to bag (new guest)"
ROUNDS = 3


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    databases: Sequence[str] = ("postgres", "sqlite")
    products: Sequence[int] = (200, 10_000)
    connections: Sequence[int] = (1, 8, 32)
    seconds: float = 2.0
    rounds: int = ROUNDS


@dataclass
class Figures:
    """The best rates of one set-up by (page, connections), and the memory of its processes in MiB."""

    rates: dict[tuple[str, int], float] = field(default_factory=dict)
    memory: float = 0.0

    def better(self, page: str, connections: int, rate: float) -> None:
        """Keep the higher of the rates."""
        self.rates[page, connections] = max(rate, self.rates.get((page, connections), 0.0))


def run(plan: Plan) -> Iterator[str]:
    """Measure and yield the lines of the report as they are known."""
    yield f"load: {generator()}, {plan.seconds:g} s a measurement, best of {plan.rounds}"
    yield "ratio = pages per second / those of a bare 30 KB Flask page (gunicorn gthread, 2 x 4), in brackets"
    with ExitStack() as stack:
        bare_url = stack.enter_context(bare_page())
        cluster = (
            stack.enter_context(postgres.cluster(durable=True)) if "postgres" in plan.databases else None
        )
        for database in plan.databases:
            for products in plan.products:
                instance = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                url = cluster.create_database() if cluster and database == "postgres" else None
                prepare(instance, url, products)
                counts = _statements(instance, url)
                yield f"\n{database}, {products} products; SQL statements a page: {counts}"
                for cached in (True, False):
                    yield from _measure(plan, instance, url, bare_url, cached=cached)


def _measure(plan: Plan, instance: Path, url: str | None, bare_url: str, *, cached: bool) -> Iterator[str]:
    bare, ours = Figures(), Figures()
    form = f"product_id={_a_piece(instance, url)}&quantity=1"
    with shop(instance, url, cached=cached) as server:
        for page in PAGES.values():
            pages_per_second(server.url + page, 8, 1.0)
        for _ in range(plan.rounds):
            for connections in plan.connections:
                bare.better("bare", connections, pages_per_second(bare_url, connections, plan.seconds))
                for name, path in PAGES.items():
                    rate = pages_per_second(server.url + path, connections, plan.seconds)
                    ours.better(name, connections, rate)
                added = pages_per_second(server.url + "/cart/lines", connections, plan.seconds, form)
                ours.better(ADD, connections, added)
        memory = server.memory() / 1024 / 1024
    title = "as shipped" if cached else "live (no fragments kept)"
    yield f"{title:26}" + "".join(f"{f'{count} connections':>22}" for count in plan.connections)
    for name in (*PAGES, ADD):
        cells = [
            f"{ours.rates[name, count] / bare.rates['bare', count]:.3f} ({ours.rates[name, count]:.0f})"
            for count in plan.connections
        ]
        yield f"  {name:24}" + "".join(f"{cell:>22}" for cell in cells)
    cells = [f"({bare.rates['bare', count]:.0f})" for count in plan.connections]
    yield f"  {'bare':24}" + "".join(f"{cell:>22}" for cell in cells)
    yield f"  memory of all processes: {memory:.0f} MiB"


def _a_piece(instance: Path, url: str | None) -> UUID:
    """Return the piece of which there is most."""
    settings = config.load({}, instance_path=instance, database_url=url or "", mail_url="memory:")
    with create_app(settings).app_context():
        found = sa.select(Inventory.product_id).order_by(Inventory.available.desc(), Inventory.product_id)
        piece = db.session.scalars(found.limit(1)).one()
        db.session.remove()
        db.engine.dispose()
    return piece


def _statements(instance: Path, url: str | None) -> str:
    """Return the statements of each page, kept and live, once the process is warm."""
    counts: dict[str, list[int]] = {name: [] for name in PAGES}
    for cached in (True, False):
        app = create_app(
            config.load(
                {}, instance_path=instance, database_url=url or "", mail_url="memory:", cache_fragments=cached
            )
        )
        with app.app_context():
            engine = db.engine
        seen: list[str] = []
        sa.event.listen(engine, "before_cursor_execute", partial(_note, seen))
        client = app.test_client()
        for name, path in PAGES.items():
            client.get(path)
            seen.clear()
            client.get(path)
            counts[name].append(sum(text.startswith(("SELECT", "WITH")) for text in seen))
        engine.dispose()
    return ", ".join(f"{name} {kept} kept / {live} live" for name, (kept, live) in counts.items())


def _note(seen: list[str], _connection: Any, _cursor: Any, text: str, *_: Any) -> None:
    seen.append(text)
