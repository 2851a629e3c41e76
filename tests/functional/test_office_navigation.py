"""Editors change the menus, and every process shows them at once."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.app import create_app
from kashcraft.catalogue import services as catalogue
from kashcraft.content import services as content
from kashcraft.core.db import step
from tests.conftest import browser
from tests.factories.catalogue import make_category
from tests.factories.pages import write_page
from tests.factories.people import signed_in

pytestmark = pytest.mark.usefixtures("frozen")
HEADER = "/backoffice/navigation/header"
LINKS = re.compile(r'<a href="([^"]+)"[^>]*>([^<]+)</a>')


@pytest.fixture
def editor(app: Flask) -> FlaskClient:
    """An editor, who manages the menus."""
    return signed_in(app, Role.EDITOR)


@pytest.fixture
def shawls(app: Flask) -> UUID:
    """A category of the header."""
    with app.app_context():
        return make_category("Shawls").id


def text_of(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def menu(client: FlaskClient, name: str) -> list[tuple[str, str]]:
    """Return address and text of the links of a menu."""
    page = client.get("/").text
    begin, end = {
        "header": ('<ul class="menu__list">', "</ul>"),
        "more": ('<ul class="menu__more">', "</ul>"),
        "footer": ('<footer class="site-footer">', '<p class="site-footer__base">'),
    }[name]
    return LINKS.findall(page.partition(begin)[2].partition(end)[0])


def test_menus_show_a_default_until_they_are_changed(app: Flask, editor: FlaskClient, shawls: UUID) -> None:
    with app.app_context():
        write_page("shipping", "Shipping", "Text.")
    guest = browser(app)
    products, order = ("/products", "All pieces"), ("/orders/find", "Find an order")
    assert menu(guest, "header") == [("/c/shawls", "Shawls"), products]
    assert ("/help/shipping", "Shipping") in menu(guest, "more")
    assert menu(guest, "footer")[1:] == [
        ("/c/shawls", "Shawls"),
        products,
        ("/help/shipping", "Shipping"),
        order,
        ("/gift-cards/balance", "Gift card balance"),
    ]
    before = {name: menu(guest, name) for name in ("header", "more", "footer")}
    for name in before:
        answer = editor.post(f"/backoffice/navigation/{name}/customize")
        assert answer.headers["Location"] == f"/backoffice/navigation?notice=menu_customized#{name}"
        assert menu(guest, name) == before[name]
    with app.app_context():
        make_category("Wood", position=1)
    assert ("/c/wood", "Wood") not in menu(guest, "header")
    editor.post(f"{HEADER}/reset")
    assert ("/c/wood", "Wood") in menu(guest, "header")


def test_a_new_link_is_in_the_menu_at_once(app: Flask, editor: FlaskClient, shawls: UUID) -> None:
    guest = browser(app)
    guest.get("/")
    sent = {"label": "New", "kind": "path", "path": "/products?sort=new"}
    answer = editor.post(f"{HEADER}/new", data=sent)
    assert answer.headers["Location"] == "/backoffice/navigation?notice=link_created#header"
    assert menu(guest, "header") == [
        ("/c/shawls", "Shawls"), ("/products", "All pieces"), ("/products?sort=new", "New"),
    ]  # fmt: skip


def test_two_processes_show_a_change_at_once(app: Flask, editor: FlaskClient) -> None:
    guests = [browser(app), browser(create_app(app.config["SETTINGS"]))]
    for guest in guests:
        guest.get("/")
    editor.post(f"{HEADER}/new", data={"label": "New", "kind": "path", "path": "/new"})
    assert [menu(guest, "header")[-1] for guest in guests] == [("/new", "New")] * 2


def test_a_vanished_target_is_left_out_and_marked(app: Flask, editor: FlaskClient, shawls: UUID) -> None:
    with app.app_context():
        care = write_page("care", "Care", "Text.")
    guest = browser(app)
    editor.post(f"{HEADER}/customize")
    editor.post(f"{HEADER}/new", data={"label": "Washing", "kind": "page", "page": str(care)})
    assert menu(guest, "header")[-1] == ("/help/care", "Washing")
    with app.app_context(), step():
        content.delete_page(page_id=care)
        catalogue.update_category(category_id=shawls, is_active=False)
    assert menu(guest, "header") == [("/products", "All pieces")]
    page = text_of(editor.get("/backoffice/navigation"))
    assert "Washing Left out: it leads nowhere" in page
    assert "(without a text) Left out: it leads nowhere" in page


def test_a_link_is_changed_moved_and_deleted(app: Flask, editor: FlaskClient, shawls: UUID) -> None:
    guest = browser(app)
    editor.post(f"{HEADER}/customize")
    office = editor.get("/backoffice/navigation").text
    addresses = re.findall(r'href="(/backoffice/navigation/links/[^"]+)"', office)
    page = editor.get(addresses[1])
    seen = re.search(r'name="version" type="hidden" value="([0-9a-f]+)"', page.text)
    assert seen
    sent = {"label": "Everything", "kind": "path", "path": "/products", "version": seen[1]}
    assert editor.post(addresses[1], data=sent).headers["Location"].endswith("notice=link_saved#header")
    refused = editor.post(addresses[1], data=sent | {"label": "All"})
    assert refused.status_code == 422
    assert "Saved now Text Everything" in text_of(refused)
    editor.post(f"{addresses[1]}/earlier")
    assert menu(guest, "header") == [("/products", "Everything"), ("/c/shawls", "Shawls")]
    editor.post(f"{addresses[0]}/delete")
    last = editor.post(f"{addresses[1]}/delete", follow_redirects=True)
    assert "Not deleted: it is the last link." in text_of(last)
    assert menu(guest, "header") == [("/products", "Everything")]


def test_the_footer_has_columns(app: Flask, editor: FlaskClient) -> None:
    footer = "/backoffice/navigation/footer"
    editor.post(f"{footer}/new", data={"label": "Elsewhere", "kind": "column"})
    column = re.search(r'<option value="([0-9a-f-]{36})">Elsewhere', editor.get(f"{footer}/new").text)
    assert column
    sent = {"label": "Journal", "kind": "address", "address": "https://journal.example/"}
    refused = editor.post(f"{footer}/new", data=sent)
    assert "In the footer every link is in a column." in text_of(refused)
    editor.post(f"{footer}/new", data=sent | {"parent": column[1]})
    assert menu(browser(app), "footer")[-1] == ("https://journal.example/", "Journal")
    column_stays = editor.post(f"/backoffice/navigation/links/{column[1]}/delete", follow_redirects=True)
    assert "Not deleted: the column has links." in text_of(column_stays)
