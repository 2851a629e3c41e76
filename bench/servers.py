"""The servers that are compared: a bare page under gunicorn, and the shop as it is shipped."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.catalogue import fill
from kashcraft import config, create_app
from kashcraft.core import assets
from kashcraft.core.db import db
from tests.support import server

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def bare_page() -> Iterator[str]:
    """Run the bare page under gunicorn, two workers of four threads, and give its address."""
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
def shop(instance: Path, database_url: str | None, *, cached: bool) -> Iterator[server.Server]:
    """Run the shop under its own server: two processes on PostgreSQL, one on SQLite."""
    url = database_url or f"sqlite:///{instance / 'kashcraft.db'}"
    with server.running(instance, url, **shop_settings(), cache_fragments="1" if cached else "0") as running:
        yield running
