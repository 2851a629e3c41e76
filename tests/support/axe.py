"""What axe finds on a page: the rules of WCAG 2.2 AA and axe's own good practices."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _script() -> str:
    return SCRIPT.read_text()


def violations(page: Page) -> list[str]:
    """Return one line per finding on the page as it is shown now: ``rule: help (where)``."""
    page.evaluate(_script())
    found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
    return [
        f"{rule['id']}: {rule['help']} ({', '.join(str(target) for target in node['target'])})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
