"""The content of the editors is read once for each version of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from kashcraft.content import services
from kashcraft.content.models import PageRedirect
from kashcraft.content.queries import (
    find_help_page,
    find_new_page_slug,
    get_site_content,
    list_page_addresses,
)
from kashcraft.core.db import db, step
from tests.factories.pages import write_page

pytestmark = pytest.mark.usefixtures("database")


def test_pages_are_in_their_order_and_only_existing_ones_are_linked() -> None:
    write_page("terms", "Terms", "Text.", 2)
    write_page("care", "Care", "Text.", 1)

    found = get_site_content()

    assert found.pages == (("care", "Care"), ("terms", "Terms"))
    assert found.help_urls == {"terms": "/help/terms"}
    assert [path for path, _changed in list_page_addresses()] == ["/help/care", "/help/terms"]


def test_content_is_read_again_only_after_a_change(app: Flask, count_statements: Callable[[], Any]) -> None:
    write_page("care", "Care", "Text.")
    get_site_content()
    with app.test_request_context(), count_statements() as same:
        get_site_content()
    write_page("care", "Looking after it", "Text.")
    with app.test_request_context(), count_statements() as changed:
        assert get_site_content().pages == (("care", "Looking after it"),)

    assert (len(same), len(changed)) == (1, 3)  # the version, the categories, and these


def test_an_old_slug_leads_to_the_page() -> None:
    with step():
        page = services.save_page(slug="care", title="Care", body="Text.")
        db.session.flush()  # the redirect refers to it
        db.session.add(PageRedirect(slug="washing", page_id=page.id))

    assert (find_new_page_slug("washing"), find_new_page_slug("care")) == ("care", None)
    assert find_help_page("washing") is None
