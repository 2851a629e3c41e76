"""What machines read: health, robots rules, sitemap."""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps
from typing import Any
from xml.sax.saxutils import escape

from flask import Response, current_app, send_file, stream_with_context

from kashcraft.core.db import READ_ERRORS, writing_state
from kashcraft.core.jobs import queue_health
from kashcraft.core.settings import settings
from kashcraft.storefront import queries
from kashcraft.storefront.views.blueprint import bp
from kashcraft.storefront.views.responses import full_url

VERSION = "0.1.0"
ICON_SECONDS = 24 * 3600
# Jobs run within seconds; what waits longer than this says that no worker runs.
LATE_SECONDS = 300
HIDDEN = (
    "/account",
    "/backoffice",
    "/cart",
    "/checkout",
    "/orders",
    "/payments",
    "/search",
    "/stock",
)


@bp.get("/healthz")
def healthz() -> Response:
    """Say whether the shop can sell: 503 where its database cannot write for good, else 200.

    A database that is busy answers reads and will write in a moment, and jobs that are late lose nothing.
    """
    told = _health()
    status = 503 if told["status"] == "failing" else 200
    response = Response(f"{dumps(told)}\n", status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _health() -> dict[str, Any]:
    try:
        database, (waiting, last_run) = writing_state(), queue_health()
    except READ_ERRORS:
        database, waiting, last_run = "unreadable", 0, None
    works = last_run is not None and last_run <= LATE_SECONDS
    state = "failing" if database in ("full", "read-only", "unreadable") else "ok"
    if state == "ok" and (database == "busy" or waiting > LATE_SECONDS or not works):
        state = "busy"
    return {
        "status": state, "version": VERSION, "database": database, "jobs_waiting_seconds": waiting,
        "worker": "running" if works else "none", "worker_last_run_seconds": last_run,
    }  # fmt: skip


@bp.get("/favicon.ico")
def favicon() -> Response:
    """Send the shop's icon to whoever asks without having read a page: mail programs, feeds, crawlers."""
    icon = current_app.extensions["assets"].path("img/favicon.ico").resolve()
    response = send_file(icon, mimetype="image/x-icon", max_age=ICON_SECONDS)
    response.cache_control.public = True
    return response


@bp.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers what is of no use to them."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in HIDDEN)]
    if settings().payments == "sandbox":
        lines.append("Disallow: /sandbox")
    return Response(
        "\n".join([*lines, "", f"Sitemap: {full_url('/sitemap.xml')}", ""]), mimetype="text/plain"
    )


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """List every page to be indexed, written as it is read."""
    return Response(stream_with_context(_sitemap(settings().base_url)), mimetype="application/xml")


def _sitemap(base_url: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for path, changed in queries.list_sitemap_addresses():
        when = f"<lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
        yield f"<url><loc>{escape(base_url + path)}</loc>{when}</url>\n"
    yield "</urlset>\n"
