"""Addresses are made from handles, each once, and the same file makes the same again."""

from __future__ import annotations

import pytest

from kashcraft.product_csv.rules.handles import LONGEST, LONGEST_CATEGORY, category_slug_of, slug_of, slugs_of


@pytest.mark.parametrize(
    ("handle", "slug"),
    [("kani-shawl", "kani-shawl"), ("Kani Shawl", "kani-shawl"), ("Châle_rosé", "chale-rose"), ("!!!", "")],
)
def test_a_handle_makes_an_address(handle: str, slug: str) -> None:
    assert slug_of(handle) == slug


def test_long_ones_end_at_a_word() -> None:
    handle = "-".join(["walnut"] * 40)

    assert slug_of(handle) == "-".join(["walnut"] * 23)
    assert len(slug_of(handle)) <= LONGEST
    assert category_slug_of(handle) == "-".join(["walnut"] * 17)
    assert len(category_slug_of(handle)) <= LONGEST_CATEGORY


def test_handles_that_would_make_one_address_are_numbered_in_their_order() -> None:
    assert slugs_of(["Kani Shawl", "kani_shawl", "KANI-SHAWL"]) == {
        "Kani Shawl": "kani-shawl",
        "kani_shawl": "kani-shawl-2",
        "KANI-SHAWL": "kani-shawl-3",
    }


def test_who_has_an_address_already_keeps_it_wherever_it_stands() -> None:
    assert slugs_of(["Kani Shawl", "kani-shawl", "kani-shawl-2"]) == {
        "kani-shawl": "kani-shawl",
        "kani-shawl-2": "kani-shawl-2",
        "Kani Shawl": "kani-shawl-3",
    }


def test_the_same_handle_in_several_rows_is_one_product() -> None:
    assert slugs_of(["ring", "ring", "bowl", "ring"]) == {"ring": "ring", "bowl": "bowl"}


def test_what_makes_no_address_has_none_however_often_it_comes() -> None:
    assert slugs_of(["!!!", "???"]) == {"!!!": "", "???": ""}


def test_a_number_still_fits_into_a_long_address() -> None:
    first = "x" * LONGEST

    assert slugs_of([first, first.upper()]) == {first: first, first.upper(): "x" * (LONGEST - 2) + "-2"}
