"""Audit one page of each type with Lighthouse and print its four scores: python -m bin.lighthouse."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.support import browser, server

PROGRAM = server.ROOT / "tools/lighthouse/node_modules/lighthouse/cli/index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = {
    "home": "/",
    "listing": "/c/pashmina-shawls",
    "product": "/p/kani-shawl-madder",
    "cart": "/cart",
    "sign in": "/account/sign-in",
    "search": "/search?q=shawl",
}
# These pages exclude search engines, which lowers their SEO score.
NOT_INDEXED = {"cart", "sign in", "search"}
TARGET = 98


def main() -> None:
    """Audit the shop at ``--url``, or a demo shop started for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a running shop (default: start a demo shop)")
    parser.add_argument("--desktop", action="store_true", help="as a desktop computer instead of a phone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shop-lighthouse-") as folder:
        shop = nullcontext() if options.url else server.demo_shop(Path(folder))
        with shop as running:
            base = options.url or (running.url if running else "")
            print(f"{'page':10}" + "".join(f"{name:>16}" for name in CATEGORIES))
            for name, path in PAGES.items():
                _report(name, audit(base.rstrip("/") + path, desktop=options.desktop))


def audit(url: str, *, desktop: bool = False) -> dict[str, Any]:
    """Return Lighthouse's result for one page, visited once before so that the shop is warm."""
    urlopen(url, timeout=30).read()
    command = ["node", str(PROGRAM), url, "--quiet", "--output=json", "--no-enable-error-reporting"]
    command.append(f"--chrome-flags=--headless=new {' '.join(browser.ARGUMENTS)}")
    if desktop:
        command.append("--preset=desktop")
    variables = os.environ | {"CHROME_PATH": browser.chromium()}
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"Lighthouse failed on {url}:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _report(name: str, result: dict[str, Any]) -> None:
    scores = {key: round((result["categories"][key]["score"] or 0) * 100) for key in CATEGORIES}
    print(f"{name:10}" + "".join(f"{score:>16}" for score in scores.values()))
    for key, score in scores.items():
        if score < TARGET and not (key == "seo" and name in NOT_INDEXED):
            print(f"{'':10}{key}: {', '.join(_lost(result, key))}")


def _lost(result: dict[str, Any], category: str) -> list[str]:
    """Return the failed audits of a page, with measured values."""
    lost = []
    for reference in result["categories"][category]["auditRefs"]:
        found = result["audits"][reference["id"]]
        if reference["weight"] and found["score"] is not None and found["score"] < 0.9:
            measured = found.get("displayValue", "").replace("\N{NO-BREAK SPACE}", " ")
            lost.append(f"{reference['id']} {measured}".strip())
    return lost


if __name__ == "__main__":
    main()
