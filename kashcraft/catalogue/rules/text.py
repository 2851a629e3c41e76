"""Texts of editors and imports as safe HTML."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import unescape
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
}  # fmt: skip
_HEADING = re.compile(r"<(/?)h([1-6])>")
_TAG = re.compile(r"<[^>]*>")
_EMPTY = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>\s*")


@lru_cache(maxsize=256)
def render_markdown(text: str, top: int = 3) -> str:
    """Return Markdown as safe HTML whose highest heading is ``h<top>``; raw HTML in it is shown as text."""
    return clean_html(_markdown().render(text), top)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # loaded at first use: only saving a text needs it

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def clean_html(html: str, top: int = 3) -> str:
    """Return foreign HTML with only harmless tags, no attributes but ``href``, and no empty paragraphs.

    The highest heading becomes ``h<top>`` and the others are shifted alike, to fit below the headings of a
    page.
    """
    cleaned = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"}
    )
    return _settle_headings(_EMPTY.sub("", cleaned), top).strip()


def _settle_headings(html: str, top: int) -> str:
    levels = [int(found[2]) for found in _HEADING.finditer(html)]
    down = top - min(levels, default=top)
    return _HEADING.sub(lambda found: f"<{found[1]}h{min(6, int(found[2]) + down)}>", html)


def plain_text(html: str, limit: int = 160) -> str:
    """Return the words of ``html`` in one line of at most ``limit`` characters, cut between words."""
    words = unescape(_TAG.sub(" ", html)).split()
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if len(longer) > limit - 1:
            return f"{line or word[: limit - 1]}…"
        line = longer
    return line
