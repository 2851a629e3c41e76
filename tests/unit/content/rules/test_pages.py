"""Help pages: addresses, versions of their texts, and gaps of drafts."""

from __future__ import annotations

import pytest

from kashcraft.content.rules import PageText, StoredPage, count_gaps, page_path
from kashcraft.core.ids import PageId, new_id


def test_a_page_has_an_address_by_its_slug() -> None:
    assert page_path("shipping") == "/help/shipping"


@pytest.mark.parametrize(
    ("body", "gaps"),
    [
        ("We answer within [[number]] days. [[Your phone]]", 2),
        ("[a link](/help/terms), [[]] and [one]", 0),
        ("", 0),
    ],
)
def test_gaps_are_in_double_square_brackets(body: str, gaps: int) -> None:
    assert count_gaps(body) == gaps


def test_a_version_differs_with_each_value() -> None:
    text = PageText(title="Care", slug="care", body="Gently.")
    others = [
        PageText(title="Wash", slug="care", body="Gently."),
        PageText(title="Care", slug="wash", body="Gently."),
        PageText(title="Care", slug="care", body="Warm."),
        PageText(title="Care", slug="care", body="Gently.", seo_description="x"),
    ]
    assert len({text.version, *(one.version for one in others)}) == 5
    assert text.version == PageText(title="Care", slug="care", body="Gently.").version


def test_the_pages_that_the_shop_links_to_are_fixed() -> None:
    pages = [
        StoredPage(id=PageId(new_id()), data=PageText(title="x", slug=slug, body="[[x]]"))
        for slug in ("terms", "care")
    ]
    assert [(page.is_fixed, page.gaps) for page in pages] == [(True, 1), (False, 1)]
