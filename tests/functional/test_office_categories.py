"""Editors change the tree of categories, and visitors see it at once."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.catalogue.queries import administration as queries
from tests.conftest import browser
from tests.factories.catalogue import make_category, make_product
from tests.factories.people import signed_in

pytestmark = pytest.mark.usefixtures("frozen")
BLANK = {"parent": ""}


@pytest.fixture
def editor(app: Flask) -> FlaskClient:
    """An editor, who manages the catalogue."""
    return signed_in(app, Role.EDITOR)


@pytest.fixture
def shawls(app: Flask) -> UUID:
    """A category with a product."""
    with app.app_context():
        category = make_category("Shawls", description="Warm *and* light.")
        make_product("Kani shawl", categories=[category], slug="kani")
        return category.id


def version_in(page: Any) -> str:
    """Return the version of the form of a page."""
    found = re.search(r'name="version" type="hidden" value="([0-9a-f]+)"', page.text)
    assert found
    return found[1]


def text_of(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_a_new_category_is_in_the_shop_at_once(app: Flask, editor: FlaskClient, shawls: UUID) -> None:
    guest = browser(app)
    assert guest.get("/c/stoles").status_code == 404
    sent = {
        "name": "Stoles", "parent": str(shawls), "description": "For **evenings**.",
        "seo_title": "Fine stoles",
    }  # fmt: skip
    answer = editor.post("/backoffice/categories/new", data=sent)

    assert answer.headers["Location"] == "/backoffice/categories?notice=category_created"
    page = guest.get("/c/stoles").text
    assert "<p>For <strong>evenings</strong>.</p>" in page
    assert "<title>Fine stoles · " in page
    assert "Stoles" in text_of(editor.get("/backoffice/categories"))


def test_a_new_address_redirects_from_the_old_one(app: Flask, editor: FlaskClient, shawls: UUID) -> None:
    address = f"/backoffice/categories/{shawls}"
    sent = BLANK | {"name": "Fine shawls", "slug": "fine-shawls"}
    sent["version"] = version_in(editor.get(address))
    editor.post(address, data=sent)
    guest = browser(app)

    moved = guest.get("/c/shawls")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/c/fine-shawls")
    assert "<h1" in guest.get("/c/fine-shawls").text
    assert "Fine shawls" in guest.get("/p/kani").text


def test_an_outdated_form_keeps_what_was_typed_and_says_what_is_saved(
    editor: FlaskClient, shawls: UUID
) -> None:
    address = f"/backoffice/categories/{shawls}"
    seen = version_in(editor.get(address))
    editor.post(address, data=BLANK | {"name": "Scarves", "version": seen})
    refused = editor.post(
        address, data=BLANK | {"name": "Stoles", "description": "New text", "version": seen}
    )

    assert refused.status_code == 422
    assert "This category was changed after you opened it." in text_of(refused)
    assert "Saved now Name Scarves Address shawls Description (empty)" in text_of(refused)
    assert 'value="Stoles"' in refused.text
    assert "New text</textarea>" in refused.text
    again = editor.post(address, data=BLANK | {"name": "Stoles", "version": version_in(refused)})
    assert (again.status_code, "Stoles" in editor.get(address).text) == (303, True)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_preview_shows_the_texts_and_saves_nothing(
    app: Flask, editor: FlaskClient, shawls: UUID, headers: dict[str, str]
) -> None:
    for address in (f"/backoffice/categories/{shawls}", "/backoffice/categories/new"):
        sent = {
            "name": "Stoles", "slug": "stoles", "description": "*Fine* <script>alert(1)</script>",
            "preview": "y",
        }  # fmt: skip
        page = editor.post(address, data=sent, headers=headers)

        assert page.status_code == 200
        assert (
            '<div class="prose" dir="auto"><p><em>Fine</em> &lt;script&gt;alert(1)&lt;/script&gt;</p></div>'
            in page.text
        )
        assert "/c/stoles</p>" in page.text
        assert ("<html" in page.text) is not bool(headers)
    with app.app_context():
        assert [one.name for one in queries.list_categories()] == ["Shawls"]


def test_a_hidden_category_is_not_found_and_its_products_stay(
    app: Flask, editor: FlaskClient, shawls: UUID
) -> None:
    guest = browser(app)
    hidden = editor.post(f"/backoffice/categories/{shawls}/hide")
    assert hidden.headers["Location"] == f"/backoffice/categories/{shawls}?notice=category_hidden"
    assert [guest.get(path).status_code for path in ("/c/shawls", "/p/kani", "/products")] == [404, 200, 200]
    assert "Hidden" in text_of(editor.get("/backoffice/categories"))
    editor.post(f"/backoffice/categories/{shawls}/show")

    assert guest.get("/c/shawls").status_code == 200


def test_the_order_changes_by_buttons(app: Flask, editor: FlaskClient, shawls: UUID) -> None:
    with app.app_context():
        make_category("Wood", position=1)
    answer = editor.post(f"/backoffice/categories/{shawls}/later")

    assert answer.headers["Location"] == f"/backoffice/categories#categories-{shawls}"
    with app.app_context():
        assert [one.name for one in queries.list_categories()] == ["Wood", "Shawls"]


def test_a_category_is_deleted_while_it_is_empty(app: Flask, editor: FlaskClient, shawls: UUID) -> None:
    with app.app_context():
        empty = make_category("Empty").id
    full = editor.post(f"/backoffice/categories/{shawls}/delete", follow_redirects=True)
    assert "Not deleted: it contains 1 product." in text_of(full)
    gone = editor.post(f"/backoffice/categories/{empty}/delete")
    assert gone.headers["Location"] == "/backoffice/categories?notice=category_deleted"

    assert [editor.get(f"/backoffice/categories/{one}").status_code for one in (shawls, empty)] == [200, 404]


def test_the_list_reads_as_much_for_one_category_as_for_many(
    app: Flask, editor: FlaskClient, shawls: UUID, count_statements: Callable[[], Any]
) -> None:
    editor.get("/backoffice/categories")
    with count_statements() as one:
        editor.get("/backoffice/categories")
    with app.app_context():
        for number in range(8):
            make_category(f"Category {number}")
    with count_statements() as many:
        page = editor.get("/backoffice/categories")

    assert (len(one), page.text.count("tree-order")) == (len(many), 9)
    assert "Shawls,/c/shawls,1,Shown" in editor.get("/backoffice/categories?format=csv").text
