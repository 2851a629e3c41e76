"""Pages are light, come from the shop alone, and nothing in them jumps."""

from __future__ import annotations

import re
from functools import cache
from http.client import HTTPConnection
from urllib.parse import urlsplit

import brotli
import pytest

from tests.browser.conftest import DESKTOP, PHONE, OpenPage

PRODUCT = "/p/kani-shawl-madder"
FIRST_VIEWS = (
    "/",
    "/products",
    "/c/textiles",
    PRODUCT,
    "/search?q=shawl",
    "/cart",
    "/account/sign-in",
)
HTML, STYLES, SCRIPTS, FONTS = 14_000, 20_000, 25_000, 60_000
# Adds up how far things move that nobody has touched.
SHIFTS = """
window.shifted = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput)
    window.shifted.push([entry.value, ...entry.sources.map(source => source.node?.outerHTML?.slice(0, 80))]);
}).observe({type: 'layout-shift', buffered: true});
"""


@cache
def fetched(url: str) -> tuple[int, str]:
    """Return the bytes that travel for an address with Brotli, and the text that they make."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=20)
    connection.request("GET", url.removeprefix(f"http://{parts.netloc}"), headers={"Accept-Encoding": "br"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    text = brotli.decompress(body) if answer.headers["Content-Encoding"] == "br" else body
    return len(body), text.decode(errors="replace")


def files_of(base_url: str, html: str, pattern: str) -> int:
    """Return the bytes of the files that a page names in this way."""
    return sum(fetched(base_url + path)[0] for path in set(re.findall(pattern, html)))


@pytest.mark.parametrize("path", FIRST_VIEWS)
def test_a_page_stays_within_its_size_budget(base_url: str, path: str) -> None:
    size, html = fetched(base_url + path)
    weights = {
        "html": size,
        "styles": files_of(base_url, html, r'<link rel="stylesheet" href="([^"]+)"'),
        "scripts": files_of(base_url, html, r'<script[^>]* src="([^"]+)"'),
        "fonts": files_of(base_url, html, r'<link rel="preload" href="([^"]+\.woff2)"'),
    }

    assert weights["html"] <= HTML, weights
    assert 0 < weights["styles"] <= STYLES, weights
    assert 0 < weights["scripts"] <= SCRIPTS, weights
    assert 0 < weights["fonts"] <= FONTS, weights


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("path", ["/", "/products", PRODUCT, "/p/embroidered-slippers"])
def test_nothing_moves_while_a_page_loads_and_is_read(open_page: OpenPage, path: str, width: int) -> None:
    page = open_page(width, motion=False)
    page.add_init_script(SHIFTS)
    page.goto(path, wait_until="networkidle")
    for _ in range(8):
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(60)
    page.wait_for_load_state("networkidle")

    moved = page.evaluate("window.shifted")
    assert sum(entry[0] for entry in moved) < 0.02, moved


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("path", ["/", "/products", PRODUCT])
def test_the_first_picture_comes_first_and_every_picture_has_its_place(
    open_page: OpenPage, path: str, width: int
) -> None:
    page = open_page(width)
    page.goto(path)
    pictures = page.locator("main img").evaluate_all(
        "all => all.map(e => [e.getAttribute('width'), e.getAttribute('height'), e.loading, e.fetchPriority])"
    )

    assert all(width and height for width, height, _, _ in pictures)
    assert pictures[0][2] != "lazy"
    assert pictures[0][3] == "high"
    assert pictures[-1][2] == "lazy"
