"""What a form shows before it is saved: its Markdown as on the page, and its result in a search engine."""

from __future__ import annotations

from dataclasses import dataclass

# Search engines cut titles and descriptions at about these lengths.
TITLE_LENGTH, TEXT_LENGTH = 60, 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The texts of a form as visitors see them; ``html`` is sanitized."""

    html: str
    title: str
    address: str
    text: str


def shorten(text: str, most: int) -> str:
    """Return ``text`` with at most ``most`` characters, cut between words, with an ellipsis if it was
    longer.
    """
    if len(text) <= most:
        return text
    start = text[: most - 1]
    return f"{start.rpartition(' ')[0] or start}…"


def preview_of(*, html: str, title: str, shop: str, address: str, text: str) -> Preview:
    """Return the preview of a page; ``title`` is completed by the name of the shop, as its title is."""
    full = f"{title} · {shop}" if title else shop
    return Preview(
        html=html, title=shorten(full, TITLE_LENGTH), address=address, text=shorten(text, TEXT_LENGTH)
    )
