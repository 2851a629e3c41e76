"""Accessibility checks with axe: the rules of WCAG 2.2 AA and axe's best practices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]


@cache
def _script() -> str:
    return SCRIPT.read_text()


def violations(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """Return one line per finding on the page as it is shown now: ``rule: help (where)``.

    ``rules`` are names of rules or of groups of them; COLOURS are all that another colour scheme can break.
    """
    page.evaluate(_script())
    found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", list(rules))
    return [
        f"{rule['id']}: {rule['help']} ({', '.join(str(target) for target in node['target'])})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
