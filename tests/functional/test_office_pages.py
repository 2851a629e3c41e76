"""Editors write the help pages, and visitors see them at once."""

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
from kashcraft.backoffice.pages.presenters import FIXED_TITLES
from kashcraft.content.queries import list_pages
from tests.conftest import browser
from tests.factories.pages import write_page
from tests.factories.people import signed_in
from tests.factories.shopping import add_taxes_and_delivery

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def editor(app: Flask) -> FlaskClient:
    """An editor, who writes the pages."""
    return signed_in(app, Role.EDITOR)


@pytest.fixture
def care(app: Flask) -> UUID:
    """A help page."""
    with app.app_context():
        return write_page("care", "Care", "Wash *gently*.")


def version_in(page: Any) -> str:
    """Return the version of the form of a page."""
    found = re.search(r'name="version" type="hidden" value="([0-9a-f]+)"', page.text)
    assert found
    return found[1]


def text_of(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_a_new_page_is_in_the_shop_at_once(app: Flask, editor: FlaskClient) -> None:
    guest = browser(app)
    assert "/help/returns" not in guest.get("/").text
    sent = {
        "title": "Returns",
        "slug": "",
        "body": "Within **30** days.",
        "seo_description": "How to return.",
    }
    answer = editor.post("/backoffice/pages/new", data=sent)

    assert answer.headers["Location"] == "/backoffice/pages?notice=page_created"
    page = guest.get("/help/returns").text
    assert "<p>Within <strong>30</strong> days.</p>" in page
    assert '<meta name="description" content="How to return.">' in page
    assert 'href="/help/returns">Returns' in guest.get("/").text


def test_a_new_address_redirects_from_the_old_one(app: Flask, editor: FlaskClient, care: UUID) -> None:
    address = f"/backoffice/pages/{care}"
    sent = {"title": "Care", "slug": "looking-after", "body": "x", "version": version_in(editor.get(address))}
    answer = editor.post(address, data=sent)
    assert answer.headers["Location"] == f"{address}?notice=page_saved"
    moved = browser(app).get("/help/care")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/help/looking-after")


def test_the_address_of_a_page_that_the_shop_links_to_stays(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        address = f"/backoffice/pages/{write_page('terms', 'Terms', 'Text.')}"
    form = editor.get(address)
    assert re.search(r'<input[^>]* name="slug"[^>]* readonly', form.text)
    sent = {"title": "Terms", "slug": "conditions", "version": version_in(form)}
    refused = editor.post(address, data=sent)
    assert refused.status_code == 422
    assert "The shop links to this page by its address, so the address cannot change." in text_of(refused)
    assert editor.post(address, data=sent | {"slug": "terms"}).status_code == 303


def test_an_outdated_form_keeps_what_was_typed_and_says_what_is_saved(
    editor: FlaskClient, care: UUID
) -> None:
    address = f"/backoffice/pages/{care}"
    seen = version_in(editor.get(address))
    editor.post(address, data={"title": "Washing", "body": "Cold.", "version": seen})
    refused = editor.post(address, data={"title": "Care", "body": "New text", "version": seen})

    assert refused.status_code == 422
    assert "This page was changed after you opened it." in text_of(refused)
    assert "Saved now Title Washing Address care Text Cold." in text_of(refused)
    assert "New text</textarea>" in refused.text
    again = editor.post(address, data={"title": "Care", "version": version_in(refused)})
    assert again.status_code == 303


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_preview_shows_the_text_and_saves_nothing(
    app: Flask, editor: FlaskClient, care: UUID, headers: dict[str, str]
) -> None:
    for address in (f"/backoffice/pages/{care}", "/backoffice/pages/new"):
        sent = {"title": "Wash", "slug": "wash", "body": "*Cold* <script>x</script>", "preview": "y"}
        page = editor.post(address, data=sent, headers=headers)

        assert page.status_code == 200
        assert "<p><em>Cold</em> &lt;script&gt;x&lt;/script&gt;</p></div>" in page.text
        assert "/help/wash</p>" in page.text
        assert ("<html" in page.text) is not bool(headers)
    with app.app_context():
        assert [one.title for one in list_pages()] == ["Care"]


def test_a_deleted_page_is_gone_until_it_is_restored(app: Flask, editor: FlaskClient, care: UUID) -> None:
    guest = browser(app)
    deleted = editor.post(f"/backoffice/pages/{care}/delete", follow_redirects=True)
    assert "Care deleted." in text_of(deleted)
    assert f'action="/backoffice/pages/{care}/restore"' in deleted.text
    assert guest.get("/help/care").status_code == 404
    restored = editor.post(f"/backoffice/pages/{care}/restore")
    assert restored.headers["Location"] == "/backoffice/pages?notice=page_restored"
    assert "Wash <em>gently</em>." in guest.get("/help/care").text

    editor.post(f"/backoffice/pages/{care}/delete")
    editor.post("/backoffice/pages/new", data={"title": "Care"})
    refused = editor.post(f"/backoffice/pages/{care}/restore", follow_redirects=True)
    assert "Not restored: another page has its address now." in text_of(refused)


def test_the_order_changes_by_buttons(app: Flask, editor: FlaskClient, care: UUID) -> None:
    with app.app_context():
        write_page("wash", "Wash", "Cold.", 1)
    answer = editor.post(f"/backoffice/pages/{care}/later")
    assert answer.headers["Location"] == f"/backoffice/pages#pages-{care}"
    with app.app_context():
        assert [one.title for one in list_pages()] == ["Wash", "Care"]


def test_a_shop_without_pages_starts_from_drafts(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        add_taxes_and_delivery()
    offered = re.findall(r'action="/backoffice/pages/drafts/(\w+)"', editor.get("/backoffice/pages").text)
    assert offered == list(FIXED_TITLES)
    guest = browser(app)
    for slug in offered:
        opened = editor.post(f"/backoffice/pages/drafts/{slug}", follow_redirects=True)
        assert "Complete what is in double square brackets." in text_of(opened)
        assert "left to complete, in double square brackets." in text_of(opened)
        shown = guest.get(f"/help/{slug}").text.partition('<div class="prose">')[2].partition("</article>")[0]
        assert "[[" in shown
        assert "{" not in shown
        assert "<li>" in shown or slug != "returns"
    assert "drafts" not in editor.get("/backoffice/pages").text
    again = editor.post("/backoffice/pages/drafts/terms")
    assert again.headers["Location"] == "/backoffice/pages?notice=page_exists"


def test_drafts_have_the_data_of_the_shop(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        add_taxes_and_delivery()
    guest = browser(app)
    expected = {
        "returns": "You can send an item back within 30 days of its arrival",
        "shipping": "<li>America</li>",
        "contact": 'href="mailto:hello@kashcraft.example"',
        "privacy": "Kashcraft, Boulevard Road, Srinagar 190001, India",
    }
    for slug, text in expected.items():
        editor.post(f"/backoffice/pages/drafts/{slug}")
        assert text in guest.get(f"/help/{slug}").text


def test_the_list_reads_as_much_for_one_page_as_for_many(
    app: Flask, editor: FlaskClient, care: UUID, count_statements: Callable[[], Any]
) -> None:
    editor.get("/backoffice/pages")
    with count_statements() as one:
        editor.get("/backoffice/pages")
    with app.app_context():
        for number in range(8):
            write_page(f"page-{number}", f"Page {number}", "[[x]]")
    with count_statements() as many:
        page = editor.get("/backoffice/pages")

    assert (len(one), page.text.count("1 gap to complete")) == (len(many), 8)
    assert "Care,/help/care,Complete," in editor.get("/backoffice/pages?format=csv").text
