"""What machines read: health, robots rules, the sitemap; and what pages promise caches."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Status
from kashcraft.core.db import step
from tests.factories.catalogue import make_category, make_family, make_product

pytestmark = pytest.mark.usefixtures("database")


def test_the_sitemap_lists_what_is_to_be_indexed(client: FlaskClient) -> None:
    make_category("Shawls")
    make_product("Bowl & tray", slug="bowl")
    make_product("Draft", status=Status.DRAFT)
    make_family("Cap")
    with step():
        services.save_page(slug="shipping", title="Shipping", body="Text.")
    response = client.get("/sitemap.xml")
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = [one.text for one in ElementTree.fromstring(response.data).findall("s:url/s:loc", space)]  # noqa: S314
    assert found == [
        f"http://localhost{path}"
        for path in ("/", "/products", "/c/shawls", "/help/shipping", "/p/bowl", "/p/cap")
    ]
    assert response.mimetype == "application/xml"


def test_crawlers_are_kept_from_what_is_of_no_use(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /checkout" in lines
    assert lines[-1] == "Sitemap: http://localhost/sitemap.xml"


def test_health_is_never_kept(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (
        200,
        {"status": "ok", "version": "0.1.0", "database": "ok", "jobs_waiting_seconds": 0},
    )
    assert response.headers["Cache-Control"] == "no-store"


def test_a_visitor_with_a_cookie_has_pages_of_his_own(client: FlaskClient) -> None:
    make_product("Bowl")
    client.set_cookie("cart", "token.3")
    for path in ("/", "/products", "/p/bowl"):
        response = client.get(path)
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert 'id="cart-badge">3<' in response.text
    client.delete_cookie("cart")
    assert 'id="cart-badge" hidden>0<' in client.get("/products").text


def test_a_page_is_the_same_from_the_cache_and_live(client: FlaskClient) -> None:
    make_category("Shawls")
    make_product("Bowl")
    cache = client.application.extensions["fragments"]
    for path in ("/", "/products", "/p/bowl"):
        kept = [client.get(path).data for _ in range(2)]
        cache.enabled = False
        try:
            live = client.get(path).data
        finally:
            cache.enabled = True
        assert kept == [live, live]
