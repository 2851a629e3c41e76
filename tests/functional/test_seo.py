"""Pages for crawlers: health, robots rules, sitemap; and the cache headers of pages."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from PIL import Image

from kashcraft.catalogue.models import Status
from kashcraft.content import services as content
from kashcraft.core import clock, jobs
from kashcraft.core.db import step
from kashcraft.core.settings import ROOT
from tests.factories.catalogue import make_category, make_product, make_product_with_variants

pytestmark = pytest.mark.usefixtures("database")


def data_of(html: str) -> list[dict[str, Any]]:
    """Return the structured data of a page."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    read = [json.loads(text) for text in found]
    return [one for part in read for one in (part if isinstance(part, list) else [part])]


def test_the_sitemap_lists_the_pages_to_index(client: FlaskClient) -> None:
    make_category("Shawls")
    make_product("Bowl & tray", slug="bowl")
    make_product("Draft", status=Status.DRAFT)
    make_product_with_variants("Cap")
    with step():
        content.save_page(slug="shipping", title="Shipping", body="Text.")
    response = client.get("/sitemap.xml")
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = [one.text for one in ElementTree.fromstring(response.data).findall("s:url/s:loc", space)]  # noqa: S314
    assert found == [
        f"http://localhost{path}"
        for path in ("/", "/products", "/c/shawls", "/help/shipping", "/p/bowl", "/p/cap")
    ]
    assert response.mimetype == "application/xml"


def test_crawlers_are_excluded_from_private_pages(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /checkout" in lines
    assert lines[-1] == "Sitemap: http://localhost/sitemap.xml"


def test_the_icon_has_the_default_address(client: FlaskClient) -> None:
    response = client.get("/favicon.ico")
    assert (response.status_code, response.mimetype) == (200, "image/x-icon")
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert response.data == (ROOT / "static/img/favicon.ico").read_bytes()
    unchanged = client.get("/favicon.ico", headers={"If-None-Match": response.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_the_logo_of_the_structured_data_can_be_fetched(client: FlaskClient) -> None:
    data = data_of(client.get("/").text)
    logo = data[0]["logo"]
    assert logo.startswith("http://localhost/static/img/touch-icon.")
    picture = client.get(logo.removeprefix("http://localhost"))
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    with Image.open(BytesIO(picture.data)) as opened:
        # Search engines take no logo below 112 px.
        assert opened.size == (180, 180)


def test_health_reports_the_worker_and_is_not_cached(client: FlaskClient, frozen: clock.FrozenClock) -> None:
    def health() -> tuple[Any, ...]:
        response = client.get("/healthz")
        assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
        found = response.json
        assert found.pop("version") == "0.1.0"
        return tuple(found.values())

    assert health() == ("busy", "ok", 0, "none", None)
    with step():
        jobs.enqueue(jobs.find("jobs.purge"))
    frozen.advance(seconds=40)
    assert health() == ("busy", "ok", 40, "none", None)
    assert jobs.run_due() == 1
    frozen.advance(seconds=300)
    assert health() == ("ok", "ok", 0, "running", 300)
    frozen.advance(seconds=1)
    assert health() == ("busy", "ok", 0, "none", 301)


def test_pages_for_visitors_with_a_cookie_are_private(client: FlaskClient) -> None:
    make_product("Bowl")
    client.set_cookie("cart", "token.3")
    for path in ("/", "/products", "/p/bowl"):
        response = client.get(path)
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert 'id="cart-badge">3<' in response.text
    client.delete_cookie("cart")
    assert 'id="cart-badge" hidden>0<' in client.get("/products").text


def test_a_cached_page_equals_an_uncached_one(client: FlaskClient) -> None:
    make_category("Shawls")
    make_product("Bowl")
    shop = client.application.config
    for path in ("/", "/products", "/p/bowl"):
        cached = [client.get(path).data for _ in range(2)]
        shop["KEEP_CONTENTS"] = False
        try:
            live = client.get(path).data
        finally:
            shop["KEEP_CONTENTS"] = True
        assert cached == [live, live]
