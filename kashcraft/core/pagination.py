"""Lists by page number, as pages link to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class ListPage(Generic[T]):
    """One page of a list: ``number`` counts from 1, ``total`` is the length of the whole list."""

    items: Sequence[T]
    number: int
    size: int
    total: int
    url_for: Callable[[int], str]

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Return the position of the page's first item in the list, from 1, or 0 when the list is empty."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Return the position of the page's last item."""
        return min(self.number * self.size, self.total)


def page_number(text: str | None) -> int:
    """Return the page that a query parameter asks for; anything unreadable is page 1."""
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1
