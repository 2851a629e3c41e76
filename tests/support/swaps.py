"""The htmx requests of the templates, and a page whose scroll position is watched during swaps."""

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
# In WebKit a pressed button, link, radio button or checkbox gets no focus; a focusable parent may get it.
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
    """Return every htmx request of the templates as (template, endpoint or address)."""
    found = set()
    for path in sorted(TEMPLATES.rglob("*.html")):
        for match in REQUEST.finditer(path.read_text()):
            expression = match["what"]
            endpoint = ENDPOINT.search(expression)
            name = endpoint["name"].removeprefix(".") if endpoint else expression.rstrip("'\"")
            found.add((path.relative_to(TEMPLATES).as_posix(), name))
    return found


class WatchedPage:
    """A page whose scroll position is compared before and after each swap."""

    def __init__(self, page: Page, *, safari: bool = False) -> None:
        self.page = page
        page.add_init_script(COUNT_SWAPS)
        if safari:
            page.add_init_script(AS_SAFARI)

    def put(self, control: Locator, *, at: int = 200) -> None:
        """Scroll so that a control is ``at`` pixels below the top of the window, if possible."""
        control.wait_for()
        control.evaluate(
            """(element, at) => {
              scrollBy({top: element.getBoundingClientRect().top - at, behavior: 'instant'});
            }""",
            at,
        )

    def scrolled(self) -> float:
        """Return the scroll position of the page, or of an open dialog."""
        return float(
            self.page.evaluate(
                "(document.querySelector('dialog[open]') ?? document.documentElement).scrollTop"
            )
        )

    def after(self, action: Callable[[], Any]) -> None:
        """Run an action that causes a swap, and wait until the swap is finished."""
        count = self.page.evaluate("window.swapped")
        action()
        self.page.wait_for_function("count => window.swapped > count", arg=count)
        self.page.wait_for_timeout(150)

    def stays(self, control: Locator, action: Callable[[], Any] | None = None, *, at: int = 200) -> None:
        """Scroll to a control, press it (or run ``action``), and assert what ``stands`` asserts."""
        self.put(control, at=at)
        self.stands(control, action or control.click)

    def stands(self, control: Locator, action: Callable[[], Any]) -> None:
        """Run an action that causes a swap, and assert that a control does not move out of sight.

        Either nothing is scrolled, or exactly as much as keeps the control (or its remaining parent) in place
        while content above it appears or disappears. A page that becomes too short may end at its bottom.
        """
        around = control.evaluate(
            """element => {
              const found = [];
              for (let part = element; part; part = part.parentElement) if (part.id) found.push(part);
              return found.map(part => [part.id, part.getBoundingClientRect().top]);
            }"""
        )
        before = self.scrolled()
        self.after(action)
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
        message = f"{control}: scrolled by {scrolled}, moved by {drift} px"
        assert abs(scrolled) < 5 or abs(drift) < 5 or (at_foot and scrolled < 0), message
