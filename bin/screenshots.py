"""Take the README's screenshots of a demo shop, on phone and desktop: python -m bin.screenshots."""

from __future__ import annotations

import argparse
import re
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import browser, server

DEFAULT = server.ROOT / "docs" / "screenshots"
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "has_touch": True},
    "desktop": {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 1},
}
# As `make run` sets it.
ZONE = "Asia/Kolkata"
PRODUCT = "/p/kani-shawl-madder"
PAGES = {
    "home": "/",
    "listing": "/c/pashmina-shawls",
    "product": PRODUCT,
    "search": "/search?q=shawl",
    "sign-in": "/account/sign-in",
}
# These pages are empty until the cart contains a product.
WITH_A_PRODUCT = {"cart": "/cart", "checkout": "/checkout"}


def main() -> None:
    """Take screenshots of the shop at ``--url``, or of a new demo shop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a running shop (default: start a demo shop)")
    parser.add_argument("--into", type=Path, default=DEFAULT)
    parser.add_argument("--dark", action="store_true", help="in the dark scheme")
    parser.add_argument("--whole", action="store_true", help="whole pages, not the first view")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="shop-screenshots-") as folder, sync_playwright() as play:
        shop = nullcontext() if options.url else server.demo_shop(Path(folder), shop_timezone=ZONE)
        with shop as running:
            base = options.url or (running.url if running else "")
            chromium = play.chromium.launch(**browser.launch_arguments())
            for device in DEVICES:
                _visit(chromium, base.rstrip("/"), device, options)
            chromium.close()


def _visit(chromium: Browser, base: str, device: str, options: argparse.Namespace) -> None:
    context = chromium.new_context(
        **DEVICES[device],
        base_url=base,
        color_scheme="dark" if options.dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    for name, path in PAGES.items():
        _take(page, path, options.into / f"{name}-{device}.jpg", whole=options.whole)
    page.goto(PRODUCT)
    page.get_by_role("button", name=re.compile("^add to bag", re.IGNORECASE)).first.click()
    page.wait_for_load_state("networkidle")
    for name, path in WITH_A_PRODUCT.items():
        _take(page, path, options.into / f"{name}-{device}.jpg", whole=options.whole)
    context.close()


def _take(page: Page, path: str, target: Path, *, whole: bool) -> None:
    page.goto(path, wait_until="networkidle")
    if whole:
        # Lazy pictures load only when they are near the viewport, so the page is scrolled once.
        page.evaluate(
            "async () => { for (const i of document.images) { i.loading = 'eager'; await i.decode() } }"
        )
    page.screenshot(path=str(target), type="jpeg", quality=84, full_page=whole)
    print(target)


if __name__ == "__main__":
    main()
