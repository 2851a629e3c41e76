"""A demo shop under its own server, and Chromium in front of it.

The fixtures watch every page that a test opens. A message in the console, a breach of the content policy, a
status of 400 or above, or a request to another host fails the test. ``SHOP_URL`` names a running demo shop;
the tests then start no server.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from tests.browser.places import Place, prepare
from tests.support import browser as chromium
from tests.support import server

PHONE, TABLET, DESKTOP = 360, 768, 1440
HEIGHTS = {PHONE: 740, TABLET: 1024, DESKTOP: 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark these tests."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo shop."""
    if "SHOP_URL" in os.environ:
        yield os.environ["SHOP_URL"].rstrip("/")
        return
    # All of these shoppers share one network address, and several leave an order unpaid.
    crowd = {"unpaid_orders_per_network": "0", "held_units_per_network": "0"}
    with server.demo_shop(tmp_path_factory.mktemp("demo"), **crowd) as running:
        yield running.url


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as play:
        started = play.chromium.launch(**chromium.launch_arguments())
        yield started
        started.close()


@dataclass
class Watched:
    """The errors on the pages of a test; ``expected`` are the refusals that it causes."""

    shop: str
    expected: set[int] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._error(page, str(error)))
        page.on("request", self._request)
        page.on("response", self._response)

    def _error(self, page: Page, error: str) -> None:
        # A slow machine shows the next page before its transition could begin; Chromium then does without it.
        if not error.startswith("Transition was aborted because of invalid state"):
            self.complaints.append(f"{page.url}: {error}")

    def _console(self, message: ConsoleMessage) -> None:
        # Refusals are judged by their status; htmx also reports a request that a newer one has replaced.
        known = ("Failed to load resource: the server responded", "htmx:afterRequest,", "htmx:sendAbort,")
        if message.type in ("error", "warning") and not message.text.startswith(known):
            self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in ("data", "blob") and not request.url.startswith(self.shop):
            self.complaints.append(f"a request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")


@pytest.fixture
def watched(base_url: str) -> Iterator[Watched]:
    """The complaints of this test's pages, of which there must be none."""
    watching = Watched(base_url)
    yield watching
    assert watching.complaints == []


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chrome: Browser, base_url: str, watched: Watched) -> Iterator[OpenPage]:
    """Return a function that opens a page in a new browser of some width, scheme and abilities."""
    opened: list[BrowserContext] = []

    def new_page(width: int = DESKTOP, *, motion: bool = True, **options: Any) -> Page:
        context = chrome.new_context(
            base_url=base_url,
            viewport={"width": width, "height": HEIGHTS[width]},
            has_touch=width == PHONE,
            reduced_motion="no-preference" if motion else "reduce",
            **options,
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        page = context.new_page()
        watched.watch(page)
        return page

    yield new_page
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def places(chrome: Browser, base_url: str) -> dict[str, Place]:
    """Every kind of page with the cookies that lead to it: a filled cart, an order, a member, staff."""
    return prepare(chrome, base_url)
