"""Help pages with the texts of the editors."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.content import services
from kashcraft.content.models import PageRedirect
from kashcraft.core.db import db, step
from tests.conftest import browser
from tests.factories.pages import write_page as write
from tests.factories.shopping import add_product, add_taxes_and_delivery
from tests.support.shopper import Shopper

pytestmark = pytest.mark.usefixtures("database")


LINK = re.compile(r'href="(/help/[^"#]*)')
FIXED = {"/help/shipping", "/help/returns", "/help/contact", "/help/about", "/help/privacy", "/help/terms"}


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


def links(client: FlaskClient, *paths: str) -> set[str]:
    return {link for path in paths for link in LINK.findall(client.get(path).text)}


def test_only_pages_that_exist_are_linked(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        add_taxes_and_delivery()
        bowl = add_product("Copper bowl", price=4000)
    pages = ("/", "/products", "/p/copper-bowl", "/deliver-to", "/missing")
    shopper = Shopper(browser(app))
    shopper.add(bowl)
    shopper.enter_contact()
    shopper.choose_delivery()

    assert links(client, *pages) | links(shopper.client, "/checkout") == set()
    for path in FIXED:
        write(path.removeprefix("/help/"), "Title", "Text.", 0)
    assert links(client, "/") == FIXED
    assert "/help/returns" in links(client, "/p/copper-bowl")
    assert 'href="/help/shipping#prices">Delivery to other countries' in client.get("/p/copper-bowl").text
    assert "agree to our" in shopper.checkout().text


def test_an_old_address_redirects(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), step():
        page = services.save_page(slug="care", title="Care", body="Text.")
        db.session.flush()  # the redirect refers to it
        db.session.add(PageRedirect(slug="washing", page_id=page.id))
    moved = client.get("/help/washing")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/help/care")
    assert client.get("/pages/washing").headers["Location"] == "/help/care"
