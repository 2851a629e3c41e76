"""What machines read: health, robots rules, sitemap."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from flask import Response, stream_with_context

from kashcraft.core.context import settings
from kashcraft.storefront import queries
from kashcraft.storefront.views.answers import full_url
from kashcraft.storefront.views.blueprint import bp

VERSION = "0.1.0"
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
    """Say that the shop and its database answer."""
    state = "ok" if queries.database_answers() else "failing"
    response = Response(f'{{"status": "{state}", "version": "{VERSION}"}}\n', mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
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
