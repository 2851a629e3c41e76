"""What machines read: health, robots rules, sitemap."""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps
from xml.sax.saxutils import escape

from flask import Response, current_app, send_file, stream_with_context

from kashcraft.core.context import settings
from kashcraft.core.db import writing_state
from kashcraft.core.jobs import oldest_due_seconds
from kashcraft.storefront import queries
from kashcraft.storefront.views.answers import full_url
from kashcraft.storefront.views.blueprint import bp

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
    database, waiting = writing_state(), oldest_due_seconds()
    state = "failing" if database in ("full", "read-only") else "ok"
    if state == "ok" and (database == "busy" or waiting > LATE_SECONDS):
        state = "busy"
    told = {"status": state, "version": VERSION, "database": database, "jobs_waiting_seconds": waiting}
    response = Response(
        f"{dumps(told)}\n", status=503 if state == "failing" else 200, mimetype="application/json"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


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
    for path, changed in queries.sitemap_addresses():
        when = f"<lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
        yield f"<url><loc>{escape(base_url + path)}</loc>{when}</url>\n"
    yield "</urlset>\n"
