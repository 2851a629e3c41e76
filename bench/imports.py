"""How long an import makes other writers wait: in one step, as it is imported, and in a dry run.

The import runs in a process of its own. At the same time a shopper holds a unit of
a product of the file and releases it, again and again, and on SQLite a probe asks for the lock of writers.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from bench.servers import ROOT, prepare
from kashcraft import config, create_app
from kashcraft.catalogue.models import Product
from kashcraft.core import clock
from kashcraft.core.db import db, in_step
from kashcraft.core.ids import ProductId, new_id
from kashcraft.inventory import services as inventory
from kashcraft.inventory.models import HolderKind
from kashcraft.product_csv import services as product_csv
from tests.support import postgres
from tests.support.server import environment

ROWS = (3000, 10_000)
WAYS = ("one step", "import", "dry run")
EVERY = 0.005
BODY = "<p>Woven <b>slowly</b>, by people who know what they do.</p><ul><li>Wool</li><li>Undyed</li></ul>" * 2
HEADINGS = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Taxable"
)


@dataclass
class Waits:
    """Seconds that a writer held the lock and that another waited, each at most, and the writers refused."""

    held: float = 0.0
    waited: float = 0.0
    refused: int = 0
    over: threading.Event = field(default_factory=threading.Event)


def run(databases: Sequence[str], sizes: Sequence[int] = ROWS) -> Iterator[str]:
    """Measure on each database and yield the lines of the report; ratios are to the one step above."""
    yield f"{'':34}{'whole s':>9}{'turn s':>9}{'wait s':>9}{'refused':>9}{'ratio of waits':>16}"
    with ExitStack() as stack:
        cluster = stack.enter_context(postgres.cluster(durable=True)) if "postgres" in databases else None
        for database in databases:
            for size in sizes:
                for kind in ("new", "changed"):
                    first = 0.0
                    for way in WAYS:
                        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                        url = cluster.create_database() if cluster and database == "postgres" else None
                        whole, waits = _measure(folder, url, size, kind, way)
                        first = first or waits.waited
                        turn = f"{waits.held:.3f}" if url is None else "-"
                        yield (
                            f"{f'{database}, {size} rows, {kind}, {way}':34}{whole:>9.1f}{turn:>9}"
                            f"{waits.waited:>9.3f}{waits.refused:>9}{waits.waited / first:>16.3f}"
                        )


def _measure(folder: Path, url: str | None, size: int, kind: str, way: str) -> tuple[float, Waits]:
    """Return how long the import took, and what it cost the others."""
    instance, before, after = folder / "shop", folder / "before.csv", folder / "after.csv"
    prepare(instance, url, 200)
    before.write_text(_file(size if kind == "changed" else 1, quantity=30))
    after.write_text(_file(size, quantity=31 if kind == "changed" else 30))
    _program(instance, url, "import", before)
    settings = config.load({}, instance_path=instance, database_url=url or "", mail_url="memory:")
    app, waits = create_app(settings), Waits()
    others = [threading.Thread(target=_hold, args=(app, waits))]
    if url is None:
        others.append(threading.Thread(target=_probe, args=(instance / "kashcraft.db", waits)))
    for other in others:
        other.start()
    began = time.monotonic()
    _program(instance, url, way, after)
    whole = time.monotonic() - began
    waits.over.set()
    for other in others:
        other.join()
    with app.app_context():
        db.engine.dispose()
    shutil.rmtree(instance)
    return whole, waits


def _file(size: int, *, quantity: int) -> str:
    rows = [HEADINGS]
    for number in range(size):
        page, place = divmod(number, 2)
        head = f'Item {page},"{BODY}",Maker,Type {page % 20},"Wool, Gift",true' if not place else ",,,,,true"
        rows.append(
            f"item-{page},{head},Size,{'SL'[place]},ITEM-{number},300,shopify,{quantity},"
            f"{20 + quantity}.00,true"
        )
    return "\n".join(rows) + "\n"


def _program(instance: Path, url: str | None, way: str, file: Path) -> None:
    command = [sys.executable, "-m", "bench.imports", way, str(file)]
    subprocess.run(command, cwd=ROOT, env=environment(instance, url), check=True)


def _hold(app: Flask, waits: Waits) -> None:
    """Hold a unit of a product of the file and give it back, as a shopper does, until it is over."""
    with app.app_context():
        product_id = db.session.scalars(sa.select(Product.id).where(Product.sku == "ITEM-0")).one()
        while not waits.over.wait(EVERY):
            began = time.monotonic()
            try:
                in_step(lambda: _hold_and_release(product_id))
            except OperationalError:
                waits.refused += 1
            waits.waited = max(waits.waited, time.monotonic() - began)
        db.session.remove()


def _hold_and_release(product_id: ProductId) -> None:
    holder = new_id()
    kind, until = HolderKind.QUICK_CHECKOUT, clock.now() + timedelta(minutes=5)
    inventory.hold(holder_kind=kind, holder_id=holder, lines=[(product_id, 1)], expires_at=until)
    inventory.release(holder_kind=kind, holder_id=holder)


def _probe(database: Path, waits: Waits) -> None:
    """Ask all the time whether the turn to write is free."""
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as probe:
        free = time.monotonic()
        while not waits.over.wait(EVERY):
            try:
                probe.execute("BEGIN IMMEDIATE")
                probe.execute("ROLLBACK")
            except sqlite3.OperationalError:
                continue
            finally:
                now = time.monotonic()
            waits.held, free = max(waits.held, now - free), now


def main() -> None:
    """Import a file in one of the three ways."""
    way, file = sys.argv[1], Path(sys.argv[2])
    app = create_app()
    settings = app.config["SETTINGS"]
    wanted = product_csv.ProductFile(
        data=file.read_bytes(), folder=file.parent, currency=settings.shop_currency
    )
    with app.app_context():
        if way != "one step":
            product_csv.import_file(file=wanted, media=settings.media_path, dry_run=way == "dry run")
            return
        report = product_csv.plan_file(data=wanted.data, folder=wanted.folder, currency=wanted.currency)
        in_step(lambda: product_csv.write_products(report=report, currency=wanted.currency))


if __name__ == "__main__":
    main()
