"""Lists that are divided into numbered pages."""

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
        """Return the number of pages, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Return the position of the page's first item in the list, from 1, or 0 for an empty list."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Return the position of the page's last item in the list."""
        return min(self.number * self.size, self.total)


def page_number(text: str | None) -> int:
    """Return the page number in a query parameter, or 1 where it is invalid."""
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1
