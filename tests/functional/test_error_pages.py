"""Whatever goes wrong, a page says so in plain words and leads on."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from kashcraft.templating import ERROR_PAGES, error_page
from tests.support import markup


@pytest.fixture
def pages(app: Flask) -> dict[int, str]:
    """Every error page as a stranger gets it."""
    with app.test_request_context("/somewhere"):
        return {status: error_page(status) for status in ERROR_PAGES}


def test_each_has_one_heading_a_title_and_a_way_on(pages: dict[int, str]) -> None:
    for status, page in pages.items():
        assert page.count("<h1>") == 1, status
        assert re.search(r"<title>[^<]{5,}</title>", page), status
        assert re.search(r'<main.*<a [^>]*href="/', page, re.DOTALL) or 'action="/search"' in page, status
        assert '<meta name="robots" content="noindex">' in page, status


def test_no_two_say_the_same(pages: dict[int, str]) -> None:
    headings = {found[1] for page in pages.values() if (found := re.search(r"<h1>(.*?)</h1>", page))}

    assert len(headings) == len(ERROR_PAGES)


def test_those_of_a_broken_shop_need_neither_database_nor_visitor(app: Flask) -> None:
    with app.app_context():
        for status in (500, 503):
            assert "<h1>" in error_page(status)


def test_their_html_is_valid(pages: dict[int, str]) -> None:
    assert markup.problems({str(status): page for status, page in pages.items()}) == []
