"""Help pages with the texts of the editors."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kashcraft.catalogue import services
from kashcraft.core.db import step

pytestmark = pytest.mark.usefixtures("database")


def write(slug: str, title: str, body: str, position: int) -> None:
    with step():
        services.save_page(slug=slug, title=title, body=body, position=position)


def test_a_page_links_to_the_other_help_pages(client: FlaskClient) -> None:
    write("shipping", "Shipping", "## Costs\n\nSee the *cart*.", 1)
    write("about", "About us", "We.", 0)
    page = client.get("/help/shipping").text
    assert "<h1>Shipping</h1>" in page
    assert "<h2>Costs</h2>" in page
    assert '<a href="/help/shipping" aria-current="page">Shipping</a>' in page
    assert page.index('href="/help/about">About us') < page.index('href="/help/shipping" aria-current')
    assert "<title>Shipping · Kashcraft</title>" in page


def test_a_change_is_shown_at_once(client: FlaskClient) -> None:
    write("shipping", "Shipping", "Old.", 0)
    assert "Old." in client.get("/help/shipping").text
    write("shipping", "Shipping", "New.", 0)
    assert "New." in client.get("/help/shipping").text


def test_htmx_gets_only_the_content(client: FlaskClient) -> None:
    write("shipping", "Shipping", "Text.", 0)
    fragment = client.get("/help/shipping", headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<article class="article">')


def test_missing_pages_are_not_found(client: FlaskClient) -> None:
    assert client.get("/help/missing").status_code == 404
