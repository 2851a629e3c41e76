"""What the templates swap by htmx, and a page that is watched while it does so."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
REQUEST = re.compile(
    r"""hx[-_](?:get|post|put|patch|delete)['"]?[=:]\s*["']?(?P<what>(?:\{\{.*?\}\}|url_for\([^)]*\)|[^"\s>])+)"""
)
ENDPOINT = re.compile(r"url_for\((?:place ~ )?['\"](?P<name>[^'\"]+)['\"]")

COUNT_SWAPS = """
window.swapped = 0;
document.addEventListener("htmx:afterSettle", () => (window.swapped += 1));
"""
# WebKit gives a button, link, radio or checkbox that is pressed no focus; what is around it may get it.
AS_SAFARI = """
addEventListener("mousedown", (event) => {
  const control = event.target.closest("a, button, summary, label, input[type=radio], input[type=checkbox]");
  if (!control) return;
  event.preventDefault();
  document.activeElement?.blur();
  control.parentElement.closest("[tabindex], dialog")?.focus({ preventScroll: true });
}, true);
"""


def declared() -> set[tuple[str, str]]:
    """Return every request of htmx in the templates, as (template, endpoint or address)."""
    found = set()
    for path in sorted(TEMPLATES.rglob("*.html")):
        for match in REQUEST.finditer(path.read_text()):
            expression = match["what"]
            endpoint = ENDPOINT.search(expression)
            name = endpoint["name"].removeprefix(".") if endpoint else expression.rstrip("'\"")
            found.add((path.relative_to(TEMPLATES).as_posix(), name))
    return found


class Still:
    """A page whose scroll position is compared before and after each swap."""

    def __init__(self, page: Page, *, safari: bool = False) -> None:
        self.page = page
        page.add_init_script(COUNT_SWAPS)
        if safari:
            page.add_init_script(AS_SAFARI)

    def put(self, control: Locator, *, at: int = 200) -> None:
        """Scroll so that a control stands ``at`` pixels below the window's top, if there is room for it."""
        control.wait_for()
        control.evaluate(
            """(element, at) => {
              scrollBy({top: element.getBoundingClientRect().top - at, behavior: 'instant'});
            }""",
            at,
        )

    def scrolled(self) -> float:
        """Return how far the page is scrolled, or the dialog that stands over it."""
        return float(
            self.page.evaluate(
                "(document.querySelector('dialog[open]') ?? document.documentElement).scrollTop"
            )
        )

    def after(self, act: Callable[[], Any]) -> None:
        """Do what causes a swap, and wait until it is over."""
        count = self.page.evaluate("window.swapped")
        act()
        self.page.wait_for_function("count => window.swapped > count", arg=count)
        self.page.wait_for_timeout(150)

    def stays(self, control: Locator, act: Callable[[], Any] | None = None, *, at: int = 200) -> None:
        """Scroll to a control, press it (or ``act``), and expect what ``stands`` does."""
        self.put(control, at=at)
        self.stands(control, act or control.click)

    def stands(self, control: Locator, act: Callable[[], Any]) -> None:
        """Do what causes a swap, and expect that nobody loses sight of a control.

        Either nothing is scrolled, or exactly as much as keeps the control (or what is left around it) in its
        place while something above it comes or goes. A page that becomes too short can only show its foot.
        """
        around = control.evaluate(
            """element => {
              const found = [];
              for (let part = element; part; part = part.parentElement) if (part.id) found.push(part);
              return found.map(part => [part.id, part.getBoundingClientRect().top]);
            }"""
        )
        before = self.scrolled()
        self.after(act)
        scrolled = self.scrolled() - before
        drift, at_foot = self.page.evaluate(
            """around => {
              const [id, top] = around.find(([id]) => document.getElementById(id));
              const scroller = document.querySelector('dialog[open]') ?? document.documentElement;
              const { scrollHeight, scrollTop, clientHeight } = scroller;
              const drift = document.getElementById(id).getBoundingClientRect().top - top;
              return [drift, scrollHeight - scrollTop - clientHeight < 1];
            }""",
            around,
        )
        told = f"{control}: scrolled by {scrolled}, moved by {drift} px"
        assert abs(scrolled) < 5 or abs(drift) < 5 or (at_foot and scrolled < 0), told
