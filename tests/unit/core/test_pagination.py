"""Pages of a list count from 1."""

from __future__ import annotations

import pytest

from kashcraft.core.pagination import ListPage, page_number


def page(number: int, total: int) -> ListPage[str]:
    return ListPage([], number, 24, total, lambda other: f"/orders?page={other}")


@pytest.mark.parametrize(
    ("number", "total", "pages", "first", "last"),
    [
        (1, 0, 1, 0, 0),
        (1, 1, 1, 1, 1),
        (1, 24, 1, 1, 24),
        (1, 25, 2, 1, 24),
        (2, 25, 2, 25, 25),
        (3, 72, 3, 49, 72),
    ],
)
def test_a_page_knows_its_place(number: int, total: int, pages: int, first: int, last: int) -> None:
    shown = page(number, total)

    assert (shown.pages, shown.first, shown.last) == (pages, first, last)


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), ("0", 1), ("-2", 1), ("2.5", 1), ("", 1), (None, 1), ("two", 1), ("٣", 1), ("1234567", 1)],
)
def test_an_invalid_page_number_is_the_first_page(text: str | None, number: int) -> None:
    assert page_number(text) == number
