"""Every kind of page, on a phone and on a desktop, in light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watched
from tests.browser.places import NAMES, Place
from tests.support import axe, markup

# What reaches beyond the right edge and is not cut off or scrolled by something around it.
OVERFLOW = """() => {
  const clips = element => getComputedStyle(element).overflowX !== 'visible';
  const cut = element => element && (clips(element) || cut(element.parentElement));
  return [...document.body.querySelectorAll('*')]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1 && !cut(element.parentElement))
    .map(element => element.outerHTML.slice(0, 80));
}"""


@pytest.fixture
def at(places: dict[str, Place], open_page: OpenPage, watched: Watched) -> Callable[[str, int], Page]:
    """Return a function that opens a place by its name, at a width."""

    def go(name: str, width: int) -> Page:
        place = places[name]
        watched.expected.add(place.status)
        page = open_page(width, motion=False, storage_state=place.state)
        answer = page.goto(place.path)
        assert answer is not None
        assert answer.status == place.status
        page.evaluate("document.fonts.ready.then(() => true)")
        return page

    return go


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", NAMES)
def test_pages_have_no_accessibility_problems_and_no_overflow(
    at: Callable[[str, int], Page], name: str, width: int
) -> None:
    page = at(name, width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.evaluate(OVERFLOW)
    assert axe.violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert axe.violations(page, axe.COLOURS) == []


def test_the_html_of_every_page_is_valid(places: dict[str, Place], chrome: Browser, base_url: str) -> None:
    documents = {}
    for name, place in places.items():
        context = chrome.new_context(base_url=base_url, storage_state=place.state)
        documents[name] = context.request.get(place.path).text()
        context.close()

    assert markup.problems(documents) == []
