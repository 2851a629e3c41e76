"""The servers that are compared: a bare page under gunicorn, and the shop as it is shipped."""

from __future__ import annotations

import logging
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from flask import Flask

from bench.catalogue import fill
from kashcraft import config, create_app
from kashcraft.core import assets
from kashcraft.core.db import db
from kashcraft.core.passwords import hash_password
from tests.factories.shopping import add_taxes_and_delivery, customer
from tests.support import server
from tests.support.server import Server

ROOT = Path(__file__).resolve().parents[1]
# The customer of every installation.
EMAIL, PASSWORD = "bench@shop.example", "saffron-and-walnut"


@contextmanager
def bare_page() -> Iterator[str]:
    """Run the bare page under gunicorn, two processes of four threads, and yield its address."""
    port = server.free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [
        sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", "2", "--threads", "4",
        "--log-level", "error",
        "-b", f"127.0.0.1:{port}", "bench.bare:app",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing answers at {url}")


def shop_settings() -> dict[str, str]:
    """Return settings as production has them."""
    key = secrets.token_urlsafe(48)
    return {
        "env": "production",
        "secret_key": key,
        "encryption_keys": key,
        "payments": "sandbox",
        "sandbox_webhook_secret": key,
        "mail_url": "memory:",
        # All buyers of the bench come from one address.
        "unpaid_orders_per_network": "0",
        "held_units_per_network": "0",
        "rate_limits": "0",
    }


def prepare(instance: Path, database_url: str | None, products: int) -> None:
    """Migrate an empty database, fill it, and build the static files."""
    instance.mkdir(parents=True, exist_ok=True)
    server.flask("db", "upgrade", variables=server.environment(instance, database_url))
    settings = config.load({}, instance_path=instance, database_url=database_url or "", mail_url="memory:")
    app = create_app(settings)
    with app.app_context():
        fill(products)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        db.engine.dispose()
    assets.build(ROOT / "static", ROOT / "node_modules", instance / "assets")


@contextmanager
def shop(instance: Path, database_url: str | None, *, cached: bool) -> Iterator[Server]:
    """Run the shop under its own server: two processes on PostgreSQL, one on SQLite."""
    url = database_url or f"sqlite:///{instance / 'kashcraft.db'}"
    with server.running(instance, url, **shop_settings(), cache_fragments="1" if cached else "0") as running:
        yield running


@dataclass(frozen=True)
class Installation:
    """A shop with ``products`` products, zones, taxes and a customer; its processes share ``settings``."""

    database: str
    products: int
    instance: Path
    url: str
    settings: dict[str, str]

    def application(self, **changes: Any) -> Flask:
        """Return an application in this process, for the same database and with the same secrets."""
        # Outside production, whose warnings belong into the log of the server.
        chosen = {name: value for name, value in self.settings.items() if name != "env"}
        environ = {f"KASHCRAFT_{name.upper()}": value for name, value in chosen.items()}
        fixed = {"instance_path": self.instance, "database_url": self.url}
        app = create_app(config.load(environ, **fixed, **changes))
        # What this process does is no part of the report.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        return app

    @contextmanager
    def serving(self, *, cached: bool = True) -> Iterator[Server]:
        """Run its web processes: two on PostgreSQL, one on SQLite, of four threads each."""
        settings = self.settings | {"cache_fragments": "1" if cached else "0"}
        with server.running(self.instance, self.url, **settings) as running:
            yield running

    @contextmanager
    def working(self) -> Iterator[int | None]:
        """Run its worker and yield the process id; None on SQLite, where the web process is the worker."""
        if self.database == "sqlite":
            yield None
            return
        variables = server.environment(self.instance, self.url, **self.settings)
        with (self.instance / "worker.log").open("wb") as log:
            command = [str(server.FLASK), "worker"]
            process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(timeout=60)


def install(database: str, products: int, instance: Path, database_url: str | None) -> Installation:
    """Prepare an empty database for the workloads and return the installation."""
    prepare(instance, database_url, products)
    url = database_url or f"sqlite:///{instance / 'kashcraft.db'}"
    made = Installation(database, products, instance, url, shop_settings())
    with made.application().app_context():
        add_taxes_and_delivery()
        customer(EMAIL, hash_password(PASSWORD))
        db.session.remove()
        db.engine.dispose()
    return made
