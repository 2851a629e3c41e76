"""Help pages as rows of their list."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kashcraft.backoffice.pages.presenters import FIXED_TITLES, LIST, gaps_text, page_row
from kashcraft.backoffice.presenters.tables import csv_rows
from kashcraft.content.rules import FIXED_SLUGS, ListedPage
from kashcraft.core.ids import PageId, new_id


@pytest.mark.parametrize(("gaps", "state"), [(0, ("Complete", "good")), (2, ("2 gaps to complete", "warn"))])
def test_a_row_says_what_is_left_to_complete(gaps: int, state: tuple[str, str]) -> None:
    page = ListedPage(
        id=PageId(new_id()),
        slug="care",
        title="Care",
        gaps=gaps,
        changed_at=datetime(2026, 1, 2, tzinfo=UTC),
        is_first=True,
        is_last=False,
    )
    row = page_row(page, "/there")
    assert (row.title, row.cells[0].href, row.cells[1].text) == ("Care", "/there", "/help/care")
    assert (row.cells[2].text, row.cells[2].tag) == state
    assert csv_rows(LIST.columns, [row])[1] == [["Care", "/help/care", state[0], "2026-01-02T00:00:00+00:00"]]


def test_each_page_that_the_shop_links_to_has_a_name() -> None:
    assert tuple(FIXED_TITLES) == FIXED_SLUGS
    assert gaps_text(1) == "1 gap to complete"
