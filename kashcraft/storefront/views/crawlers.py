"""Health check, robots rules, sitemap and icon."""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps
from typing import Any
from xml.sax.saxutils import escape

from flask import Response, current_app, send_file, stream_with_context

from kashcraft.core.db import READ_ERRORS, writing_state
from kashcraft.core.jobs import queue_health
from kashcraft.core.settings import installation
from kashcraft.storefront import queries
from kashcraft.storefront.views.blueprint import bp
from kashcraft.storefront.views.responses import full_url

VERSION = "0.1.0"
ICON_SECONDS = 24 * 3600
# Jobs run within seconds; a longer delay means that no worker is running.
MAX_DELAY_SECONDS = 300
DISALLOWED = (
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
    """Report whether the shop can sell: 503 if its database cannot be written permanently, otherwise 200.

    A busy database recovers, and late jobs are not lost, so both answer 200.
    """
    health = _health()
    status = 503 if health["status"] == "failing" else 200
    response = Response(f"{dumps(health)}\n", status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _health() -> dict[str, Any]:
    try:
        database, (waiting, last_run) = writing_state(), queue_health()
    except READ_ERRORS:
        database, waiting, last_run = "unreadable", 0, None
    works = last_run is not None and last_run <= MAX_DELAY_SECONDS
    state = "failing" if database in ("full", "read-only", "unreadable") else "ok"
    if state == "ok" and (database == "busy" or waiting > MAX_DELAY_SECONDS or not works):
        state = "busy"
    return {
        "status": state, "version": VERSION, "database": database, "jobs_waiting_seconds": waiting,
        "worker": "running" if works else "none", "worker_last_run_seconds": last_run,
    }  # fmt: skip


@bp.get("/favicon.ico")
def favicon() -> Response:
    """Send the icon to clients that request it without reading a page, such as mail programs and crawlers."""
    icon = current_app.extensions["assets"].path("img/favicon.ico").resolve()
    response = send_file(icon, mimetype="image/x-icon", max_age=ICON_SECONDS)
    response.cache_control.public = True
    return response


@bp.get("/robots.txt")
def robots() -> Response:
    """Exclude private pages from crawling."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in DISALLOWED)]
    if installation().payments == "sandbox":
        lines.append("Disallow: /sandbox")
    return Response(
        "\n".join([*lines, "", f"Sitemap: {full_url('/sitemap.xml')}", ""]), mimetype="text/plain"
    )


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """List every page to index; the response is streamed."""
    return Response(stream_with_context(_sitemap(installation().base_url)), mimetype="application/xml")


def _sitemap(base_url: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for path, changed in queries.list_sitemap_addresses():
        when = f"<lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
        yield f"<url><loc>{escape(base_url + path)}</loc>{when}</url>\n"
    yield "</urlset>\n"
