"""A thousand open product pages that ask for their stock, as browsers do, while others buy."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask

from bench.servers import prepare, shop
from kashcraft import config, create_app
from kashcraft.core.db import db, in_step
from kashcraft.core.ids import ProductId, new_id
from kashcraft.inventory import services
from kashcraft.inventory.models import Inventory
from tests.support import postgres
from tests.support.server import Server

PAGES, SECONDS = 1000, 20.0
# As static/js/elements/live-stock.js: eight seconds, give or take a quarter.
EVERY, SPREAD = 8.0, 0.25
CHANGE_EVERY = 0.5
IDLE_SECONDS = 5.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Seen:
    """The answers to the pages: latencies in seconds, and the moments at which a change was ``shown``."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    shown: dict[ProductId, float] = field(default_factory=dict)


def run(databases: Sequence[str], pages: int = PAGES, seconds: float = SECONDS) -> Iterator[str]:
    """Measure on each database and yield the lines of the report."""
    yield f"{pages} open product pages, each of another product, each with its own connection, {seconds:g} s"
    with ExitStack() as stack:
        cluster = stack.enter_context(postgres.cluster(durable=True)) if "postgres" in databases else None
        for database in databases:
            instance = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = cluster.create_database() if cluster and database == "postgres" else None
            prepare(instance, url, pages)
            app = create_app(
                config.load({}, instance_path=instance, database_url=url or "", mail_url="memory:")
            )
            with shop(instance, url, cached=True) as server:
                yield from _measure(database, server, app, pages, seconds)
            with app.app_context():
                db.engine.dispose()


def _measure(database: str, server: Server, app: Flask, pages: int, seconds: float) -> Iterator[str]:
    with app.app_context():
        rows = db.session.execute(sa.select(Inventory.product_id, Inventory.quantity).limit(pages)).all()
        db.session.remove()
    watched = [row.product_id for row in rows]
    idle = _share(server, lambda: time.sleep(IDLE_SECONDS))
    changes: dict[ProductId, float] = {}
    over = threading.Event()
    plenty = [row.product_id for row in rows if row.quantity >= 20]
    buyer = threading.Thread(target=_buy, args=(app, plenty, changes, over))
    seen = Seen()
    buyer.start()
    busy = _share(server, lambda: asyncio.run(_watch(server, watched, seconds, seen)))
    over.set()
    buyer.join()
    asked = sum(seen.statuses.values())
    waits = sorted(seen.latencies)
    late = sorted(
        seen.shown[product_id] - at for product_id, at in changes.items() if product_id in seen.shown
    )
    counts = ", ".join(f"{count} x {status}" for status, count in sorted(seen.statuses.items()))
    yield f"\n{database}: {asked / seconds:.0f} requests/s ({counts}), {len(seen.errors)} errors"
    yield (
        f"  answered in {_ms(waits, 0.5)} (half), {_ms(waits, 0.95)} (95 %), {_ms(waits, 0.99)} (99 %), "
        f"{_ms(waits, 1.0)} (slowest)"
    )
    yield (
        f"  the shop's processes used {busy:.1%} of one core, {idle:.1%} with no page open: "
        f"{(busy - idle) * seconds / asked * 1000:.2f} ms a request"
    )
    yield (
        f"  {len(changes)} products ran short, {len(late)} pages showed it during the run: "
        f"after {statistics.median(late):.1f} s (half), {late[-1]:.1f} s (last)"
    )
    yield from (f"  {error}" for error in seen.errors[:3])


def _ms(waits: Sequence[float], share: float) -> str:
    return f"{waits[max(0, round(len(waits) * share) - 1)] * 1000:.1f} ms"


def _share(server: Server, work: object) -> float:
    """Return how much of one core the server's processes use while ``work`` runs."""
    assert callable(work)
    began, used = time.monotonic(), _cpu_seconds(server)
    work()
    return (_cpu_seconds(server) - used) / (time.monotonic() - began)


def _cpu_seconds(server: Server) -> float:
    total = 0
    for pid in server.pids():
        numbers = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(numbers[11]) + int(numbers[12])
    return total / _TICKS


def _buy(
    app: Flask, products: Sequence[ProductId], changes: dict[ProductId, float], over: threading.Event
) -> None:
    """Reduce one product after another to two units, and note when that was committed."""
    for product_id in products:
        if over.wait(CHANGE_EVERY):
            return
        with app.app_context():
            in_step(lambda product_id=product_id: _leave_two(product_id))  # type: ignore[misc]
            db.session.remove()
        changes[product_id] = time.monotonic()


def _leave_two(product_id: ProductId) -> None:
    available = (
        db.session.scalar(sa.select(Inventory.available).where(Inventory.product_id == product_id)) or 0
    )
    services.adjust(product_id=product_id, change=2 - available, key=str(new_id()))


async def _watch(server: Server, products: Sequence[ProductId], seconds: float, seen: Seen) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(*(_page(server, product_id, until, seen) for product_id in products))


async def _page(server: Server, product_id: ProductId, until: float, seen: Seen) -> None:
    """Ask like one page from its opening on, which is some time in the first eight seconds."""
    chance = random.Random(product_id.int)  # noqa: S311 - measurements, not secrets
    host, port = urlsplit(server.url).hostname, server.port
    reader = writer = None
    known = ""
    await asyncio.sleep(chance.random() * EVERY)
    while time.monotonic() < until:
        began = time.monotonic()
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection(host, port)
            assert reader is not None
            writer.write(_request(product_id, f"{host}:{port}", known))
            status, version = await asyncio.wait_for(_answer(reader), 10)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            seen.errors.append(repr(error))
            writer = None
        else:
            seen.latencies.append(time.monotonic() - began)
            seen.statuses[status] += 1
            if status == 200 and known:
                seen.shown.setdefault(product_id, time.monotonic())
            known = version or known
        await asyncio.sleep(EVERY * (1 - SPREAD + 2 * SPREAD * chance.random()))
    if writer is not None:
        writer.close()


def _request(product_id: ProductId, host: str, known: str) -> bytes:
    condition = f"If-None-Match: {known}\r\n" if known else ""
    return (
        f"GET /stock?ids={product_id} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n{condition}\r\n"
    ).encode()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    status, length, version = int((await reader.readuntil(b"\r\n")).split()[1]), 0, ""
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        name, _, value = line.decode().strip().partition(": ")
        if name.lower() == "etag":
            version = value
        if name.lower() == "content-length" and status != 304:
            length = int(value)
    await reader.readexactly(length)
    return status, version
